using Muster.Core.Health;

namespace Muster.Health.Keeping;

/// <summary>What the last probes of an instance said, as many of them in a row as said the same. Pure.</summary>
/// <param name="Last">What they said.</param>
/// <param name="InRow">How many of them; 0 before the first that counts.</param>
internal readonly record struct Streak(Verdict Last, int InRow)
{
    // Enough for any rule; a server may probe for years.
    private const int InRowMax = HealthRules.InRowMax;

    /// <summary>The row after one more probe.</summary>
    /// <param name="verdict">What it said.</param>
    /// <param name="isInGrace">Whether the instance may still fail: such a failure ends a row, and begins none.</param>
    public Streak After(Verdict verdict, bool isInGrace) =>
        isInGrace && verdict is not Verdict.Healthy ? new(verdict, 0)
        : verdict == Last ? this with { InRow = Math.Min(InRow + 1, InRowMax) }
        : new(verdict, 1);

    /// <summary>What is to be thought of the instance; null while the row is too short, and what was thought before holds.</summary>
    /// <remarks>That an instance cannot be asked takes as many probes as that it does not work: one lost route says nothing.</remarks>
    public Verdict? Conclusion(HealthCheck check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return InRow > 0 && InRow >= (Last is Verdict.Healthy ? check.HealthyAfter : check.UnhealthyAfter) ? Last : null;
    }
}
