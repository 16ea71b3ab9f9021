//! Checks of the invariants of the IR, between stages.
