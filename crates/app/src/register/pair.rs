use crate::{App, AppError};

impl App {
    /// The commune's secret, to be read out to a second PC. The PIN is asked for again: whoever has the code
    /// reads what the commune sealed.
    ///
    /// # Errors
    /// `register.wrong_pin`.
    pub fn pair_show(&self, pin: &str) -> Result<String, AppError> {
        self.must_be_real()?;
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.check_pin(pin, now_ms)?;
            Ok(register.commune_code()?.to_string())
        })
    }

    /// Makes this PC one of the commune whose code was read out.
    ///
    /// # Errors
    /// `register.wrong_commune_code`, `register.too_late_to_pair`.
    pub fn pair_join(&self, code: &str) -> Result<(), AppError> {
        self.must_be_real()?;
        let now_ms = self.now_ms();
        self.with_register(|register| Ok(register.join_commune(code, now_ms)?))
    }
}
