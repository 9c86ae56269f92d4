//! Payback: how long until what was put in is back for good.

/// Returns the months from the first outflow to the end of the month from which the sum of all flows so
/// far never falls below zero again, or `None` when it is below zero at the end or nothing was put in.
///
/// "For good" matters: a prepayment can cover the first purchases and leave the second uncovered.
#[must_use]
pub fn payback(flows: &[i128]) -> Option<usize> {
    let first = flows.iter().position(|flow| *flow < 0)?;
    let mut sum: i128 = 0;
    let mut back = None;
    for (month, flow) in flows.iter().enumerate() {
        sum += flow;
        match (sum < 0, back) {
            (true, _) => back = None,
            (false, None) => back = Some(month),
            (false, Some(_)) => {}
        }
    }
    back.map(|month| month.max(first) - first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_a_month_pay_thirty_back_in_three_months() {
        assert_eq!(payback(&[-30, 12, 12, 12, 12]), Some(3));
    }

    #[test]
    fn what_is_covered_for_a_while_is_not_paid_back() {
        // Covered from the second month, uncovered in the third, covered for good in the fifth.
        assert_eq!(payback(&[-10, 15, -20, 10, 10]), Some(4));
    }

    #[test]
    fn what_never_comes_back_has_no_payback() {
        assert_eq!(payback(&[-10, 5]), None);
        assert_eq!(payback(&[5, 5]), None);
        assert_eq!(payback(&[]), None);
    }

    #[test]
    fn money_that_comes_first_counts_from_the_first_outflow() {
        assert_eq!(payback(&[20, -10, 5]), Some(0));
    }
}
