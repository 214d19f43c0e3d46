using Muster.EndToEnd.Support;

namespace Muster.EndToEnd.Deploying;

/// <summary>What users copy from <c>deploy/</c>, and the programs that read it.</summary>
internal static class DeployFolder
{
    /// <summary>The checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file or folder below <c>deploy/</c>.</summary>
    public static string At(params string[] path) => Path.Combine([Root, "deploy", .. path]);

    /// <summary>Files below a folder of <c>deploy/</c>, by the end of their name.</summary>
    public static IReadOnlyList<string> Files(string pattern) =>
        [.. Directory.EnumerateFiles(At(), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Runs a program that <c>./test</c> installs, and that distributions may keep where only root looks.</summary>
    public static Task<ProgramRun> RunAsync(string program, params string[] arguments)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(["/usr/sbin", "/sbin"])
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
        Assert.True(found is not null, $"{program} is not installed: ./test installs it on Debian");
        return ProgramRun.OfAsync(found, arguments);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Muster.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("not in a checkout");
        }

        return folder.FullName;
    }
}
