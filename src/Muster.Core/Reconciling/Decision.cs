using Muster.Core.Groups;
using Muster.Core.Planning;

namespace Muster.Core.Reconciling;

/// <summary>What a check decided on, what it decided, and what it concluded: one value, and from the same input the same again.</summary>
/// <param name="Input">All that it depends on.</param>
/// <param name="Plan">What to do and why.</param>
/// <param name="State">What is so with the group if nothing goes wrong.</param>
public sealed record Decision(PlanInput Input, Plan Plan, GroupState State)
{
    /// <summary>Decides. Pure.</summary>
    public static Decision Make(PlanInput input)
    {
        var plan = Planner.Plan(input);
        return new(input, plan, Conclusion.Of(input, plan));
    }
}
