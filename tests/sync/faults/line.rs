//! A bad line between `loggia sync`, a browser and a portal: it loses, cuts, repeats, doubles and holds back what goes over it, as the
//! dice fall, and springs a trap at a chosen moment of a chosen request.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The same throws for the same seed.
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to just below a number; 0 for 0.
    pub(super) fn below(&mut self, number: usize) -> usize {
        (self.throw() % number.max(1) as u64) as usize
    }

    pub(super) fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    /// Small numbers and large ones alike.
    pub(super) fn turns(&mut self) -> usize {
        let most = 1 << self.below(14);
        self.below(most)
    }
}

/// When in the life of a request a trap is sprung.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// It was read, and the portal knows nothing of it.
    Before,
    /// The portal has half of it.
    HalfSent,
    /// The portal has all of it, and so many turns of this thread later.
    Sent { turns: usize },
    /// The portal has answered, and the answer is here.
    Answered,
    /// Half of the answer was handed on.
    HalfAnswered,
    /// All of it was, and so many turns later.
    After { turns: usize },
}

impl Moment {
    pub(super) fn any(dice: &mut Dice) -> Self {
        let turns = dice.turns();
        match dice.below(9) {
            0 => Self::Before,
            1 => Self::HalfSent,
            2..=4 => Self::Sent { turns },
            5 => Self::Answered,
            6 => Self::HalfAnswered,
            _ => Self::After { turns },
        }
    }
}

type Strike = Box<dyn FnOnce() + Send>;

struct Trap {
    /// At which request from now on, the first being 1.
    at: usize,
    moment: Moment,
    strike: Strike,
}

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    LostRequest,
    CutRequest,
    LostAnswer,
    CutAnswer,
    /// It arrives twice, one after the other; the second answer is handed on.
    Twice,
    /// The first is.
    TwiceAndFirst,
    /// It arrives twice at the same time.
    Doubled,
    /// It arrives after others that were sent later; its sender hears nothing.
    Late,
    Busy,
}

const FAULTS: [Fault; 9] = [
    Fault::LostRequest,
    Fault::CutRequest,
    Fault::LostAnswer,
    Fault::CutAnswer,
    Fault::Twice,
    Fault::TwiceAndFirst,
    Fault::Doubled,
    Fault::Late,
    Fault::Busy,
];

struct State {
    far: Option<SocketAddr>,
    dice: Dice,
    /// So many of a hundred requests go wrong.
    bad: usize,
    trap: Option<Trap>,
    /// Requests since the trap was set.
    seen: usize,
    all: usize,
    /// With the number of the request before which it arrives.
    late: Vec<(usize, Vec<u8>)>,
    /// What was asked to be removed or to be shown, as it went over.
    lasting: Vec<Vec<u8>>,
    happened: BTreeMap<Fault, usize>,
}

/// The line. Its near end has one address all the time, whatever becomes of the portal.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) url: String,
    state: Arc<Mutex<State>>,
}

impl Line {
    pub(super) fn open(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            state: Arc::new(Mutex::new(State {
                far: None,
                dice: Dice::new(seed),
                bad: 0,
                trap: None,
                seen: 0,
                all: 0,
                late: Vec::new(),
                lasting: Vec::new(),
                happened: BTreeMap::new(),
            })),
        };
        let accepting = line.clone();
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let line = accepting.clone();
                std::thread::spawn(move || line.serve(near));
            }
        });
        line
    }

    /// Ties the far end to a portal.
    pub(super) fn tie(&self, portal: &str) {
        let address = portal.strip_prefix("http://").unwrap().parse().unwrap();
        self.state.lock().unwrap().far = Some(address);
    }

    /// Nobody is at the far end.
    pub(super) fn untie(&self) {
        self.state.lock().unwrap().far = None;
    }

    /// So many of a hundred requests go wrong from now on.
    pub(super) fn is_bad(&self, of_hundred: usize) {
        self.state.lock().unwrap().bad = of_hundred;
    }

    /// Nothing goes wrong any more, and all that was held back arrives.
    pub(super) fn mend(&self) {
        let late = {
            let mut state = self.state.lock().unwrap();
            state.bad = 0;
            std::mem::take(&mut state.late)
        };
        for (_, request) in late {
            let _ = self.ask(&request, &mut None);
        }
    }

    /// Each removal and each manifest arrives once more, in any order.
    pub(super) fn repeat(&self) {
        let mut all = std::mem::take(&mut self.state.lock().unwrap().lasting);
        while !all.is_empty() {
            let place = self.state.lock().unwrap().dice.below(all.len());
            let request = all.swap_remove(place);
            let _ = self.ask(&request, &mut None);
        }
    }

    /// Sets a trap.
    pub(super) fn trap(&self, at: usize, moment: Moment, strike: Strike) {
        let mut state = self.state.lock().unwrap();
        state.seen = 0;
        state.trap = Some(Trap { at, moment, strike });
    }

    /// Takes the trap away; whether it had been sprung.
    pub(super) fn was_sprung(&self) -> bool {
        self.state.lock().unwrap().trap.take().is_none()
    }

    /// Requests since the last trap was set.
    pub(super) fn seen(&self) -> usize {
        self.state.lock().unwrap().seen
    }

    /// What went wrong, for the eyes of who reads a failure.
    pub(super) fn told(&self) -> String {
        let state = self.state.lock().unwrap();
        format!("{} requests, {:?}", state.all, state.happened)
    }

    fn serve(&self, mut near: TcpStream) {
        while let Some(request) = read_request(&mut near) {
            if self.pass(&mut near, &request).is_none() {
                let _ = near.shutdown(Shutdown::Both);
                return;
            }
        }
    }

    /// What is to be done with the next request.
    fn plan(&self, request: &[u8]) -> (Option<Fault>, Option<Trap>, Vec<Vec<u8>>) {
        let mut state = self.state.lock().unwrap();
        state.seen += 1;
        state.all += 1;
        let now = state.all;
        if is_lasting(request) {
            state.lasting.push(request.to_vec());
        }
        let (due, late) = std::mem::take(&mut state.late)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        state.late = late;
        let seen = state.seen;
        let trap = state.trap.take_if(|trap| trap.at == seen);
        let bad = state.bad;
        let fault = (trap.is_none() && state.dice.below(100) < bad).then(|| {
            let number = state.dice.below(FAULTS.len());
            FAULTS[number]
        });
        if let Some(fault) = fault {
            *state.happened.entry(fault).or_default() += 1;
        }
        if fault == Some(Fault::Late) {
            let at = now + 1 + state.dice.below(6);
            state.late.push((at, request.to_vec()));
        }
        (fault, trap, due.into_iter().map(|(_, late)| late).collect())
    }

    /// Carries a request over and its answer back; none where the near end is to be cut.
    fn pass(&self, near: &mut TcpStream, request: &[u8]) -> Option<()> {
        let (fault, mut trap, due) = self.plan(request);
        for late in due {
            let _ = self.ask(&late, &mut None);
        }
        spring(&mut trap, |moment| matches!(moment, Moment::Before));
        let answer = match fault {
            Some(Fault::LostRequest | Fault::Late) => return None,
            Some(Fault::CutRequest) => {
                let most = self.state.lock().unwrap().dice.below(request.len());
                self.send(&request[..most]);
                return None;
            }
            Some(Fault::Busy) => {
                b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
            }
            Some(Fault::Twice) => {
                let _ = self.ask(request, &mut None);
                self.ask(request, &mut None)?
            }
            Some(Fault::TwiceAndFirst) => {
                let answer = self.ask(request, &mut None);
                let _ = self.ask(request, &mut None);
                answer?
            }
            Some(Fault::Doubled) => std::thread::scope(|scope| {
                let other = scope.spawn(|| self.ask(request, &mut None));
                let one = self.ask(request, &mut None);
                other.join().unwrap().or(one)
            })?,
            Some(Fault::LostAnswer) => {
                let _ = self.ask(request, &mut None);
                return None;
            }
            Some(Fault::CutAnswer) | None => self.ask(request, &mut trap)?,
        };
        let half = match fault {
            Some(Fault::CutAnswer) => self.state.lock().unwrap().dice.below(answer.len()),
            _ => answer.len() / 2,
        };
        spring(&mut trap, |moment| matches!(moment, Moment::Answered));
        near.write_all(&answer[..half]).ok()?;
        if fault == Some(Fault::CutAnswer) {
            return None;
        }
        spring(&mut trap, |moment| matches!(moment, Moment::HalfAnswered));
        near.write_all(&answer[half..]).ok()?;
        if let Some(Moment::After { turns }) = trap.as_ref().map(|trap| trap.moment) {
            wait(turns);
            spring(&mut trap, |_| true);
        }
        // The far end is asked over a line of its own each time, and so is the near end.
        None
    }

    fn far(&self) -> Option<TcpStream> {
        let far = self.state.lock().unwrap().far?;
        TcpStream::connect(far).ok()
    }

    /// Sends something and hears nothing.
    fn send(&self, bytes: &[u8]) {
        if let Some(mut far) = self.far() {
            let _ = far.write_all(bytes);
            let _ = far.shutdown(Shutdown::Both);
        }
    }

    /// The answer to a request; none where none came, or not all of it.
    fn ask(&self, request: &[u8], trap: &mut Option<Trap>) -> Option<Vec<u8>> {
        let mut far = self.far()?;
        let half = request.len() / 2;
        far.write_all(&request[..half]).ok()?;
        spring(trap, |moment| matches!(moment, Moment::HalfSent));
        far.write_all(&request[half..]).ok()?;
        if let Some(Moment::Sent { turns }) = trap.as_ref().map(|trap| trap.moment) {
            wait(turns);
            spring(trap, |_| true);
        }
        let mut answer = Vec::new();
        far.read_to_end(&mut answer).ok()?;
        (!answer.is_empty()).then_some(answer)
    }
}

/// What another request of its kind may undo.
fn is_lasting(request: &[u8]) -> bool {
    let first = request.split(|byte| *byte == b'\r').next();
    let first = String::from_utf8_lossy(first.unwrap_or_default());
    first.starts_with("DELETE") || first.starts_with("PUT") && first.contains("/manifest")
}

fn spring(trap: &mut Option<Trap>, is_now: impl Fn(Moment) -> bool) {
    if let Some(trap) = trap.take_if(|trap| is_now(trap.moment)) {
        (trap.strike)();
    }
}

/// Lets others go on so many times.
pub(super) fn wait(turns: usize) {
    for _ in 0..turns {
        std::thread::yield_now();
    }
}

/// One request, which asks for the end of the connection after it.
fn read_request(near: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        match near.read(&mut buffer) {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let length = head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        assert!(
            !key.eq_ignore_ascii_case("transfer-encoding"),
            "this line knows bodies of a length: {head}"
        );
        key.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse::<usize>().unwrap())
    });
    while bytes.len() < end + length.unwrap_or(0) {
        match near.read(&mut buffer) {
            Ok(count @ 1..) => bytes.extend_from_slice(&buffer[..count]),
            _ => return None,
        }
    }
    let first = head.find("\r\n").unwrap() + 2;
    let mut request = bytes[..first].to_vec();
    request.extend_from_slice(b"connection: close\r\n");
    request.extend_from_slice(&bytes[first..]);
    Some(request)
}
