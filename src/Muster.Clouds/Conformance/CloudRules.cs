using System.Collections.Immutable;

using Muster.Core;

namespace Muster.Clouds.Conformance;

/// <summary>The suite that every cloud passes: the simulated one, those that come with Muster, and everybody else's.</summary>
/// <remarks>
/// It is part of the program, not of its tests, so that <c>muster cloud test</c> tells the author of a plugin what the
/// project's own tests tell about its clouds. See docs/decisions/0040-one-suite-for-every-cloud.md.
/// </remarks>
public static class CloudRules
{
    private static readonly ImmutableArray<CloudRule> All =
    [
        new("A launched instance comes up and is listed with its name and tags", LaunchRules.ComesUpAsync),
        new("A name at the limit comes back as it was given", LaunchRules.LongNameAsync),
        new("Launches repeated at once with the same id make one instance", LaunchRules.RepeatedAtOnceAsync),
        new("A launch repeated after the instance died returns the dead one", LaunchRules.RepeatedAfterDeathAsync),
        new("A launch repeated after the instance was terminated makes no second one", LaunchRules.RepeatedAfterEndAsync),
        new("A bad image is refused by name and leaves nothing behind", LaunchRules.BadImageAsync),
        new("Tags come back as they were given", LaunchRules.TagsAsync),
        new("A terminated instance stops to be live and is gone from the listing", TerminateRules.GoneAsync),
        new("Terminating twice at once or what never was is success", TerminateRules.TwiceAsync),
        new("Terminating one leaves its neighbours alone", TerminateRules.NeighboursAsync),
        new("Terminating everything leaves nothing behind", TerminateRules.NothingLeftAsync),
        new("A listing shows what the filter names and nothing foreign", ListRules.FilterAsync),
        new("An empty listing is one last page", ListRules.EmptyAsync),
        new("Many launched at once are each listed exactly once", ListRules.CrowdAsync),
        new("An instance killed by hand is listed as dead until it is terminated", HandRules.KilledAsync),
        new("An instance stopped by hand is listed as dead", HandRules.StoppedAsync),
        new("A frozen instance does not count as running", HandRules.FrozenAsync),
        new("An instance deleted by hand is gone from the listing", HandRules.DeletedAsync),
        new("An instance protected from deletion is told as such, and terminating it does nothing to it", HandRules.ProtectedAsync),
        new("A good template passes the check", CheckRules.GoodAsync),
        new("The check names a bad image", CheckRules.BadImageAsync),
        new("Zones have plain names and stay as they are", ZoneRules.NamesAsync),
        new("An instance is listed in the zone that its launch asked for", ZoneRules.EachAsync),
        new("A launch in a zone that there is not is refused and leaves nothing behind", ZoneRules.UnknownAsync),
        new("Without a zone the cloud chooses one of its own", ZoneRules.AnyAsync),
        new("An interruptible instance is listed with its tag, and launched once", InterruptibleRules.RepeatedAsync),
        new("A notice shows when an instance will be taken back, and it works on", InterruptibleRules.NoticeAsync),
        new("A launch of an interruptible instance where there are none is refused and leaves nothing", InterruptibleRules.NoneAsync),
        new("The traits say whether instances can be stopped and suspended", StopRules.TraitsAsync),
        new("A stopped instance keeps name and tags, and a start brings the same one up", StopRules.StoppedAndStartedAsync),
        new("An instance that is stopped at once can be ended", StopRules.AtOnceAsync),
        new("Stopping what rests and starting what runs is success", StopRules.RepeatedAsync),
        new("Stopping and starting leave foreign instances alone", StopRules.ForeignAsync),
        new("Stopping and starting what is not there is told as such", StopRules.NothingThereAsync),
        new("A suspended instance goes on after a start, or is not suspended at all", StopRules.SuspendedAsync),
        new("An instance that died is not told as stopped on order", StopRules.DiedAsync),
        new("An instance whose tags are taken off runs on, and is back with them", RetagRules.TakenOffAndPutOnAsync),
        new("Putting tags on and taking them off may be repeated", RetagRules.RepeatedAsync),
        new("Tags of foreign instances are left alone", RetagRules.ForeignAsync),
        new("Tags of another group's instances are left alone", RetagRules.OtherGroupAsync),
        new("Changing tags of what is not there is told as such", RetagRules.NothingThereAsync),
        new("The work of running instances is told with their group", UsageRules.RunningAsync),
        new("Nobody is told how instances of others work", UsageRules.NothingForeignAsync),
        new("A cancelled call says so and does nothing", WeatherRules.CancelledAsync),
        new("A wrong credential is told as unauthorized", WeatherRules.WrongCredentialAsync),
        new("A cloud that breaks off in the middle of launches makes each of them once when asked again", WeatherRules.CutOffAsync),
        new("Watching hints at a launch and at a death", WatchRules.LaunchAndDeathAsync),
        new("Watching hints at a notice", WatchRules.NoticeAsync),
        new("Watching hints at nothing foreign and ends by cancellation", WatchRules.NothingForeignAsync),
    ];

    /// <summary>Every rule's sentence, in the order in which they are best tried.</summary>
    public static IReadOnlyList<string> Sentences { get; } = [.. All.Select(rule => rule.Sentence)];

    /// <summary>Tries one rule.</summary>
    /// <param name="sentence">Which, from <see cref="Sentences"/>.</param>
    /// <param name="harness">The cloud, and the hands that work on it.</param>
    /// <param name="installation">Under which the instances are made; nothing else may have it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RuleBrokenException">The cloud does not keep it; says why.</exception>
    /// <exception cref="RuleSkippedException">It does not apply.</exception>
    /// <exception cref="Core.Clouds.CloudException">The cloud failed where it should not have.</exception>
    public static Task TryAsync(
        string sentence, CloudHarness harness, InstallationId installation, CancellationToken cancellationToken) =>
        TryAsync(sentence, new RuleRun(harness, installation, cancellationToken));

    /// <inheritdoc cref="TryAsync(string, CloudHarness, InstallationId, CancellationToken)"/>
    internal static Task TryAsync(string sentence, RuleRun run)
    {
        var rule = All.FirstOrDefault(one => one.Sentence == sentence)
            ?? throw new InputException("rule", sentence, $"one of: {string.Join("; ", Sentences)}");
        return rule.Try(run);
    }
}
