namespace Muster.EndToEnd.Support;

/// <summary>The native executable under test: what users run.</summary>
internal static class MusterExe
{
    /// <summary>Where it is: <c>MUSTER_EXE</c>, else <c>out/muster</c> of this checkout, as <c>./build</c> leaves it.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_EXE") is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw new FileNotFoundException($"MUSTER_EXE names {named}, which is not there");
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Muster.slnx")))
            {
                var built = System.IO.Path.Combine(folder.FullName, "out", "muster");
                return File.Exists(built) ? built : throw new FileNotFoundException($"{built} is not there: run ./build first");
            }
        }

        throw new FileNotFoundException("not in a checkout, and MUSTER_EXE is not set");
    }
}
