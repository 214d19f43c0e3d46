using System.Diagnostics;

namespace Muster.Core.Steering;

/// <summary>Has a policy say how many instances there are to be.</summary>
public static class Recommender
{
    /// <summary>
    /// What a policy recommends. Pure, and the same in a round, in an explanation of an earlier one, and in a backtest. Throws for no
    /// reading, whatever its value.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="context">What it goes by.</param>
    /// <returns>
    /// What it recommends, and what is to be remembered of it if the level moves that way; see <see cref="Meeting.Remember"/>.
    /// </returns>
    public static (Recommendation Recommendation, PolicyMemory Memory) Recommend(Policy policy, PolicyContext context)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(context);
        if (policy.Mode is PolicyMode.Off)
        {
            return (new Recommendation.Content { Reason = "it is off" }, context.Memory);
        }

        return policy.Rule switch
        {
            PolicyRule.Calendar calendar =>
                (new Recommendation.Content { Reason = calendar.Schedule.FrameAt(context.Now).Why }, context.Memory),
            PolicyRule.Step step => StepCounting.Recommend(step, context),
            PolicyRule.Target target => (TargetCounting.Recommend(target, context), context.Memory),
            PolicyRule.Backlog backlog => BacklogCounting.Recommend(backlog, context),
            PolicyRule.Predictive predictive => (Predicting.Recommend(predictive, context), context.Memory),
            PolicyRule.Receiver receiver => (ReceiverCounting.Recommend(receiver, context), context.Memory),
            _ => throw new UnreachableException($"a rule {policy.Rule.GetType()}"),
        };
    }
}
