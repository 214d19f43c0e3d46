namespace Muster.Clouds.Tests;

/// <summary>Where the repository is: the examples that users copy are what the tests run.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    public static string File(string relative) => System.IO.Path.Combine(Path, relative);

    private static string Find(string directory) =>
        System.IO.File.Exists(System.IO.Path.Combine(directory, "Muster.slnx"))
            ? directory
            : Find(System.IO.Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("not in the repository"));
}
