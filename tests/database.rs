//! A PostgreSQL server for tests, of Debian's package: a cluster of its own in a folder of its own, that ends with the process that
//! started it, however that ends. Its databases belong to a role without privileges; over the network that role needs its password.

use std::io::Read as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The password of the role `loggia`.
pub(crate) const PASSWORD: &str = "secret/of@the?tests";

/// Under this name a process that is started by a test finds the server of that test.
const HANDLE: &str = "LOGGIA_TEST_POSTGRES";

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Server {
    folder: PathBuf,
    port: u16,
    /// While its input is open the server lives.
    keeper: Option<Child>,
}

impl Server {
    /// The one server of this test run.
    pub(crate) fn shared() -> &'static Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        SERVER.get_or_init(|| match std::env::var(HANDLE) {
            Ok(handle) => {
                let (port, folder) = handle.split_once(' ').unwrap();
                Self {
                    folder: PathBuf::from(folder),
                    port: port.parse().unwrap(),
                    keeper: None,
                }
            }
            Err(_) => Self::start(),
        })
    }

    /// Whether the server is that of the process that started this one.
    pub(crate) fn is_given() -> bool {
        std::env::var_os(HANDLE).is_some()
    }

    /// What [`Server::shared`] of another process needs, as a variable of its environment.
    pub(crate) fn handle(&self) -> (&'static str, String) {
        (HANDLE, format!("{} {}", self.port, self.folder.display()))
    }

    /// Another server, which a test may stop and start.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("loggia-postgres-")
            .tempdir_in("/tmp")
            .unwrap()
            .keep();
        if is_root() {
            let (user, group) = package_user();
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
        }
        let keeper = Some(keeper(&folder));
        let server = Self {
            port: free_port(),
            folder,
            keeper,
        };
        let data = server.data();
        let data = data.to_str().unwrap();
        done(
            server
                .program("initdb")
                .args(["-D", data, "-U", "postgres", "-E", "UTF8"])
                .args(["--locale=C", "-A", "trust", "--no-sync"]),
        );
        server.write(
            "pg_hba.conf",
            "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n",
        );
        server.certify();
        server.write("postgresql.conf", &server.configuration());
        server.up();
        server.sql(
            "postgres",
            &format!("CREATE ROLE loggia LOGIN PASSWORD '{PASSWORD}'"),
        );
        server
    }

    /// Lets it serve.
    pub(crate) fn up(&self) {
        let log = self.folder.join("log");
        let mut command = self.program("pg_ctl");
        command.args(["-w", "-s", "-D"]).arg(self.data());
        done(command.arg("-l").arg(log).arg("start"));
    }

    /// Ends it as a crash would.
    pub(crate) fn down(&self) {
        let mut command = self.program("pg_ctl");
        command.args(["-w", "-s", "-m", "immediate", "-D"]);
        done(command.arg(self.data()).arg("stop"));
    }

    /// The address of a new, empty database, through the socket in the server's folder.
    pub(crate) fn database(&self) -> String {
        let socket = self.folder.to_str().unwrap().replace('/', "%2F");
        let name = self.create();
        format!("postgres://loggia@{socket}:{}/{name}", self.port)
    }

    /// The same over the network, with a password.
    pub(crate) fn database_by_network(&self) -> String {
        let name = self.create();
        let password: String = url::form_urlencoded::byte_serialize(PASSWORD.as_bytes()).collect();
        format!(
            "postgres://loggia:{password}@127.0.0.1:{}/{name}",
            self.port
        )
    }

    /// The certificate of the authority that vouches for `localhost`.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// Runs SQL as the owner of the server.
    pub(crate) fn sql(&self, database: &str, sql: &str) {
        let mut command = self.program("psql");
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h"]);
        command
            .arg(&self.folder)
            .args(["-p", &self.port.to_string()]);
        done(command.args(["-d", database, "-c", sql]));
    }

    fn create(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let name = format!("t_{}_{number}", std::process::id());
        self.sql("postgres", &format!("CREATE DATABASE {name} OWNER loggia"));
        name
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn configuration(&self) -> String {
        format!(
            "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\nmax_connections = 200\n\
             fsync = off\nfull_page_writes = off\npassword_encryption = 'scram-sha-256'\n\
             ssl = on\nssl_cert_file = '../server.pem'\nssl_key_file = '../server.key'\n",
            self.port,
            self.folder.display()
        )
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.data().join(file), text).unwrap();
    }

    /// An authority of our own, and a certificate for `localhost` by it.
    fn certify(&self) {
        let script = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=test authority' \
                          -keyout authority.key -out authority.pem
                      openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
                          -keyout server.key -out server.csr
                      printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' >server.ext
                      openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 \
                          -extfile server.ext -out server.pem
                      chmod 600 server.key";
        done(self.as_user("sh").args(["-e", "-c", script]));
    }

    /// A program of PostgreSQL, run as who may run it.
    fn program(&self, name: &str) -> Command {
        self.as_user(binaries().join(name).to_str().unwrap())
    }

    /// PostgreSQL refuses root.
    fn as_user(&self, program: &str) -> Command {
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args([
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                program,
            ]);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            let _ = keeper.wait();
        }
    }
}

/// A process that outlives this one by as long as it takes to stop the server and to clear its folder away.
fn keeper(folder: &Path) -> Child {
    let script = "trap '' INT TERM HUP; cat >/dev/null
                  if [ -f \"$1/data/postmaster.pid\" ]; then kill -QUIT \"$(head -n 1 \"$1/data/postmaster.pid\")\"; fi
                  while [ -f \"$1/data/postmaster.pid\" ] && kill -0 \"$(head -n 1 \"$1/data/postmaster.pid\")\"; do sleep 0.1; done
                  rm -rf \"$1\"";
    Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Where Debian puts the programs of the newest server.
fn binaries() -> PathBuf {
    let found = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let version = |path: &PathBuf| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    found
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("bin/initdb").is_file())
        .max_by_key(version)
        .unwrap_or_else(|| {
            panic!(
                "there is no PostgreSQL server; this installs it:\n\n    sudo apt-get install postgresql\n\nor run tests/run, which does"
            )
        })
        .join("bin")
}

fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

/// User and group `postgres` of the package.
fn package_user() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let mut fields = line.expect("a user `postgres`").split(':').skip(2);
    let mut number = || fields.next().unwrap().parse().unwrap();
    (number(), number())
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Runs a command that must succeed. What it starts may keep its output open, so that goes to a file.
fn done(command: &mut Command) {
    let mut told = tempfile::tempfile().unwrap();
    let status = command
        .stdin(Stdio::null())
        .stdout(told.try_clone().unwrap())
        .stderr(told.try_clone().unwrap())
        .status()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut text = String::new();
    std::io::Seek::rewind(&mut told).unwrap();
    told.read_to_string(&mut text).unwrap();
    assert!(status.success(), "{command:?}: {text}");
}
