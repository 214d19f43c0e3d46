using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Clouds.Conformance;

/// <summary>What launching does.</summary>
internal static class LaunchRules
{
    private const string NoTokens = "the cloud has no launch tokens";

    /// <summary>The longest tag value that is tried where a cloud claims even longer ones: no tag of Muster's comes near.</summary>
    private const int TriedLengthMax = 4096;

    public static async Task ComesUpAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var request = run.Request(group);

        var launched = await run.LaunchAsync(request);

        Expect.Equal(request.Name, launched.Name, "the name");
        Expect.That(launched.IsLive, $"launched as {launched.State} {launched.StateDetail}");
        var listed = await run.WaitForAsync(group, launched.Id, InstanceState.Running);
        Expect.Equal(request.Name, listed.Name, "the listed name");
        RuleRun.ExpectTags(request, listed);
    }

    public static async Task LongNameAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var request = run.Request(group);
        // Every kind of character that a name may have, and one at its beginning that not every cloud takes there.
        var start = $"9._Zz-{new string('a', 300)}"[..(run.Traits.NameLengthMax - 13)];
        request = request with { Name = $"{start}-{request.Launch.Value.ToString("N")[..12]}" };

        var launched = await run.LaunchRunningAsync(group, request);

        Expect.Equal(request.Name, launched.Name, "the name");
    }

    public static async Task RepeatedAtOnceAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.LaunchTokens, NoTokens);
        var group = run.NewGroup();
        var request = run.Request(group);

        var answers = await RuleRun.RepeatAsync(() => run.LaunchAsync(request));

        Expect.That(
            answers.Select(answer => answer.Id).Distinct().Count() == 1,
            $"one launch id was answered with several instances: {string.Join(", ", answers.Select(answer => answer.Id).Distinct())}");
        var id = answers[0].Id;
        await run.WaitForAsync(group, id, InstanceState.Running);
        await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group), answers[0]);
    }

    public static async Task RepeatedAfterDeathAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.LaunchTokens, NoTokens);
        var kill = run.NeedKilling();
        var group = run.NewGroup();
        var request = run.Request(group);
        var launched = await run.LaunchRunningAsync(group, request);
        await kill(launched, run.Cancellation);
        await run.WaitForDeadAsync(group, launched.Id);

        var repeated = await run.LaunchAsync(request);

        Expect.Equal(launched.Id, repeated.Id, "the id answered to the repeat");
        Expect.That(repeated.IsDead, $"repeated as {repeated.State}: expected the dead one");
        await run.SettleAsync();
        Expect.That(!(await run.ListAsync(group)).Any(instance => instance.IsLive), "the repeat brought it back to life");
    }

    public static async Task RepeatedAfterEndAsync(RuleRun run)
    {
        RuleRun.SkipUnless(run.Traits.LaunchTokens, NoTokens);
        RuleRun.SkipUnless(run.Traits.LaunchTokensOutlive, "the cloud has no memory of launches whose instance is gone");
        var group = run.NewGroup();
        var request = run.Request(group);
        var launched = await run.LaunchRunningAsync(group, request);
        await run.TerminateAsync(launched.Id);
        await run.WaitForGoneAsync(group, launched.Id);

        var repeated = await run.LaunchAsync(request);

        Expect.That(!repeated.IsLive, $"repeated as {repeated.State}");
        await run.SettleAsync();
        Expect.That(!(await run.ListAsync(group)).Any(instance => instance.IsLive), "the repeat made a second instance");
    }

    public static async Task BadImageAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var template = run.Harness.BadImageTemplate();

        var error = await Expect.CloudErrorAsync(
            () => run.LaunchAsync(run.Request(group) with { Template = template }), $"a launch of the image '{template.Image}'");

        Expect.Equal(CloudErrorKind.InvalidRequest, error.Kind, $"the kind of the error '{error.Message}'");
        Expect.That(
            error.Message.Contains(template.Image, StringComparison.Ordinal), $"'{error.Message}' does not name '{template.Image}'");
        await run.ExpectListedAsync(new InstanceFilter(run.Installation, Group: group));
    }

    public static async Task TagsAsync(RuleRun run)
    {
        var group = run.NewGroup();
        var request = run.Request(group);
        request = request with
        {
            Tags = request.Tags
                .SetItem("plain", "value")
                .SetItem("accents", "Übergröße, naïve, 東京, 🚀")
                .SetItem("quotes", "'single' \"double\" \\back\\ $dollar `tick`")
                .SetItem("Key.with_all-kinds", "")
                .SetItem("longest", new string('x', Math.Min(run.Traits.TagValueLengthMax, TriedLengthMax))),
        };

        var launched = await run.LaunchRunningAsync(group, request);

        RuleRun.ExpectTags(request, launched);
    }
}
