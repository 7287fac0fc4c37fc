//! A hub over a folder of its own, and PCs that are enrolled with it.
#![allow(dead_code, reason = "each test file uses a part of the rig")]

pub mod client;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use sohoi_domain::{Catalogue, UnitKey};
use sohoi_hub::{Hub, account, clock, device};
use sohoi_hub_db::story::Pen;
use sohoi_hub_db::{HubDb, HubRow};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::batch::{Chain, Sealed};
use sohoi_protocol::enrol::{CONTEXT, EnrolReq, to_hex};
use sohoi_protocol::message::{End, Hello};

pub static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));
pub const PASSWORD: &str = "mot-mat-khau-dai-2018";

pub struct Rig {
    pub hub: Arc<Hub>,
    pub folder: tempfile::TempDir,
    catalogue: &'static Catalogue,
}

pub fn unit(code: &str, on: &str) -> UnitKey {
    sohoi_hub_db::story::unit(&CATALOGUE, code, on)
}

impl Rig {
    pub fn new() -> Rig {
        Rig::over(&CATALOGUE)
    }

    pub fn over(catalogue: &'static Arc<Catalogue>) -> Rig {
        let folder = tempfile::tempdir().expect("a folder");
        let db = SqliteHub::create(&folder.path().join("hub.db"), catalogue.clone()).expect("a new hub");
        let province = unit("46", "2026-01-01");
        let row = HubRow { secret_key: [42; 32], unit: province.clone(), created_at_ms: 0 };
        let admin = account::new_account("admin", PASSWORD, &province, 0).expect("an account");
        db.init(&row, &admin).expect("made");
        let hub = Hub::new(Arc::new(db), catalogue.clone(), clock::system).expect("a hub");
        Rig { hub: Arc::new(hub), folder, catalogue }
    }

    /// As it is after something was done to its file.
    pub fn reopened(self, act: impl FnOnce(&Path)) -> Rig {
        let Rig { hub, folder, catalogue } = self;
        drop(hub);
        let file = folder.path().join("hub.db");
        act(&file);
        let db = SqliteHub::open(&file, CATALOGUE.clone()).expect("the hub's file");
        let hub = Hub::new(Arc::new(db), CATALOGUE.clone(), clock::system).expect("a hub");
        Rig { hub: Arc::new(hub), folder, catalogue }
    }

    /// A PC with its token.
    pub fn enrolled(&self, secret: u8, unit: UnitKey) -> (Pen<'static>, String) {
        let pen = Pen::new(self.catalogue, secret, unit);
        let code = device::invite(&self.hub, &pen.unit, "http://hub.example", Vec::new(), "cli")
            .expect("a code")
            .code;
        let res = device::enrol(&self.hub, &request(&pen, &code)).expect("enrolled");
        (pen, res.token)
    }

    pub fn town(&self, secret: u8) -> (Pen<'static>, String) {
        self.enrolled(secret, unit("20044", "2018-06-01"))
    }

    /// What the log holds of a device, to see that nothing was written.
    pub fn state(&self, pen: &Pen) -> (u64, Chain, u64) {
        let device = self.hub.db.device(pen.device).expect("a read").expect("a device");
        let verified = self.hub.db.verify().expect("a replay");
        assert_eq!(verified.differences, []);
        (device.next_seq, device.chain, verified.n_batches)
    }
}

pub fn request(pen: &Pen, code: &str) -> EnrolReq {
    let device = pen.device.to_string();
    let unit = pen.unit.to_string();
    let signature = pen.signer.sign(CONTEXT, &[code.as_bytes(), device.as_bytes(), unit.as_bytes()]);
    EnrolReq {
        code: code.to_string(),
        device,
        public_key: to_hex(&pen.signer.public_key()),
        signature: to_hex(&signature),
        unit_code: pen.unit.code.clone(),
        unit_valid_from: pen.unit.valid_from.to_string(),
        card: String::new(),
    }
}

pub fn hello(pen: &Pen) -> Hello {
    Hello {
        protocol: 1,
        program: "test".into(),
        device: pen.device.0,
        next_seq: 1,
        mark: [0; 8],
        boot: 1,
        wall_ms: 0,
        monotonic_ms: 0,
        catalogue: 1,
        bulletin_cursor: 0,
        device_cursors: Default::default(),
        clock_cursor: None,
        epoch: None,
    }
}

pub fn end(pen: &Pen, sealed: &Sealed) -> End {
    End::sign(sealed.first_seq + u64::from(sealed.count), sealed.chain, &pen.signer)
}

/// The hub's own router on a free port, in this process.
pub struct Server {
    pub address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

impl Rig {
    pub fn serve(&self, stall: Duration) -> Server {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mut app = sohoi_hub::http::App::new(self.hub.clone());
        app.stall = stall;
        runtime.spawn(async move { axum::serve(listener, sohoi_hub::http::router(app)).await });
        Server { address, _runtime: runtime }
    }
}
