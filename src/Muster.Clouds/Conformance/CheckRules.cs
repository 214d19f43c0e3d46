namespace Muster.Clouds.Conformance;

/// <summary>What a check of a template says.</summary>
internal static class CheckRules
{
    public static async Task GoodAsync(RuleRun run)
    {
        var check = await run.Cloud.CheckAsync(run.Harness.GoodTemplate(), run.Cancellation);

        Expect.That(check.IsGood, $"the check of a good template says: {string.Join("; ", check.Findings)}");
        Expect.That(!check.Findings.IsEmpty, "the check says nothing of what it looked at");
    }

    public static async Task BadImageAsync(RuleRun run)
    {
        var template = run.Harness.BadImageTemplate();

        var check = await run.Cloud.CheckAsync(template, run.Cancellation);

        var bad = check.Findings.Where(finding => !finding.IsGood).ToArray();
        Expect.That(bad.Length == 1, $"{bad.Length} bad findings for one bad image: {string.Join("; ", check.Findings)}");
        Expect.Equal("image", bad[0].Field, "the field of the bad finding");
        Expect.That(
            bad[0].Message.Contains(template.Image, StringComparison.Ordinal), $"'{bad[0].Message}' does not name '{template.Image}'");
    }
}
