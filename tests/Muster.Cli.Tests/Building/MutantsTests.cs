using Muster.Cli.Tests.Running;

namespace Muster.Cli.Tests.Building;

/// <summary>The bugs of <c>tests/mutants</c>, which <c>./test --mutants</c> tries: code moves on, and they must not rot unseen.</summary>
/// <remarks>Not in a suite that is run against them: there, it would fail for each.</remarks>
public sealed class MutantsTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "mutants");

    public static TheoryData<string> Patches =>
        [.. Directory.EnumerateFiles(Folder, "*.patch").Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Patches))]
    public void Each_still_applies_and_at_one_place_only(string patch)
    {
        var file = "";
        var found = new List<int>();
        foreach (var part in Hunks(File.ReadAllLines(Path.Combine(Folder, patch))))
        {
            file = part.File;
            var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, file));
            found.Add(Enumerable.Range(0, lines.Length).Count(at => lines.AsSpan(at).StartsWith(part.Before.AsSpan())));
        }

        Assert.True(
            found.Count > 0 && found.TrueForAll(count => count == 1),
            $"{patch} does not apply to {file}, which has its lines {string.Join(", ", found)} times: make it again, in the same spirit");
    }

    /// <summary>What each part of a patch wants to find.</summary>
    private static IEnumerable<(string File, string[] Before)> Hunks(string[] patch)
    {
        var file = "";
        for (var at = 0; at < patch.Length; at++)
        {
            if (patch[at].StartsWith("--- a/", StringComparison.Ordinal))
            {
                file = patch[at]["--- a/".Length..];
            }
            else if (patch[at].StartsWith("@@ ", StringComparison.Ordinal))
            {
                yield return (file, [.. patch.Skip(at + 1)
                    .TakeWhile(line => line is [' ' or '-' or '+', ..] && !line.StartsWith("--- a/", StringComparison.Ordinal))
                    .Where(line => line[0] is not '+')
                    .Select(line => line[1..])]);
            }
        }
    }
}
