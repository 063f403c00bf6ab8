//! How the trials of a run share its threads out among themselves.

/// Trials have a thread each as long as there are as many as threads. The last ones, fewer than that, share all threads
/// out, so that none of these is idle for long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shares {
    /// So many trials have a thread each.
    pub alone: usize,
    /// So many are left over, and run at the same time.
    pub left_over: usize,
    /// So many threads may work on each of these.
    pub threads: usize,
}

impl Shares {
    /// Of so many trials on so many threads.
    pub fn new(trials: usize, threads: usize) -> Shares {
        let threads = threads.max(1);
        let left_over = trials % threads;
        Shares { alone: trials - left_over, left_over, threads: threads.div_ceil(left_over.max(1)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand.
    #[test]
    fn no_thread_is_idle_and_no_trial_is_forgotten() {
        let shares = |trials, threads| {
            let Shares { alone, left_over, threads } = Shares::new(trials, threads);
            (alone, left_over, threads)
        };
        assert_eq!(shares(1, 8), (0, 1, 8));
        assert_eq!(shares(10, 8), (8, 2, 4));
        assert_eq!(shares(5, 8), (0, 5, 2));
        assert_eq!(shares(8, 8).0, 8);
        assert_eq!(shares(3, 1).0, 3);
    }
}
