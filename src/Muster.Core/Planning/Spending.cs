namespace Muster.Core.Planning;

/// <summary>What the group's brakes still allow in this check: its parts share it, one after the other.</summary>
/// <param name="LaunchesThisCheck">New launches that one check may still plan.</param>
/// <param name="LaunchesThisHour">New launches that the hour still allows.</param>
/// <param name="Terminations">Terminations that both allow.</param>
/// <param name="Surplus">Living instances that may end: as many as live beside the level.</param>
/// <param name="RunningSurplus">Of them, running ones: as many as run beside the level, whatever else is on its way up.</param>
/// <param name="Budget">What launches may still cost.</param>
/// <param name="Surge">How many may live beyond the level for those that are to be replaced.</param>
/// <param name="Beyond">Launches beyond the levels of the parts: what some part has too many already counts against them.</param>
/// <param name="SickEnds">
/// How many that run and do not work, or are too old, may end: the group as a whole must keep as many as its budget says.
/// </param>
internal readonly record struct Spending(
    int LaunchesThisCheck,
    int LaunchesThisHour,
    int Terminations,
    Budget Budget,
    int Surplus = int.MaxValue,
    int RunningSurplus = int.MaxValue,
    int Surge = 0,
    int Beyond = int.MaxValue,
    int SickEnds = 0)
{
    /// <summary>What is allowed before anything is planned.</summary>
    /// <param name="input">What the plan depends on.</param>
    /// <param name="budget">What launches may cost.</param>
    public static Spending Of(PlanInput input, Budget budget)
    {
        var brakes = input.Group.Brakes;
        return new(
            Math.Max(0, brakes.LaunchesPerCheckMax - input.LaunchesMade),
            Math.Max(0, brakes.LaunchesPerHourMax - input.State.Launched.At(input.Now)),
            Math.Min(brakes.TerminationsPerCheckMax, TerminationStep.LeftThisHour(input)),
            budget,
            Surge: input.Group.Repair.Surge.Of(input.Level),
            SickEnds: input.Notes.IsEmpty && input.Group.LifetimeMax is null ? 0 : Repairing.EndsOf(input));
    }

    /// <summary>What is left after a part of the group.</summary>
    public Spending After(SlicePlan plan)
    {
        var launches = plan.Launches;
        return new(
            LaunchesThisCheck - launches,
            LaunchesThisHour - launches,
            Terminations - plan.Spent,
            Budget.After(launches, plan.Slice.Price),
            Surplus == int.MaxValue ? Surplus : Surplus - plan.LivingVictims,
            RunningSurplus == int.MaxValue ? RunningSurplus : RunningSurplus - plan.RunningVictims,
            Surge - plan.Extra,
            Beyond == int.MaxValue ? Beyond : Beyond - plan.LaunchesBeyond,
            SickEnds - plan.RunningVictims);
    }
}
