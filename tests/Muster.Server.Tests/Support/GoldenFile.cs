namespace Muster.Server.Tests.Support;

/// <summary>Compares what was made with a committed file that people or other programs read.</summary>
internal static class GoldenFile
{
    /// <summary>Set to 1, a run writes what it made instead of comparing: review it as a diff.</summary>
    public const string AcceptVariable = "MUSTER_ACCEPT";

    public static void Check(string path, string made)
    {
        var file = Path.Combine(Root(), path);
        var text = made.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable(AcceptVariable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
            return;
        }

        Assert.True(File.Exists(file), $"{path} is missing: run the tests with {AcceptVariable}=1");
        Assert.True(File.ReadAllText(file) == text, $"{path} is stale: run the tests with {AcceptVariable}=1 and review the diff");
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Muster.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests run outside the repository");
        }

        return folder;
    }
}
