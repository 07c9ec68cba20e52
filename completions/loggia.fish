complete --keep-order --exclusive --command loggia --arguments "(LOGGIA_COMPLETE=fish loggia -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
