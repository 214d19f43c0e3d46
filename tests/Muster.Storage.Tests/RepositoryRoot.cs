namespace Muster.Storage.Tests;

/// <summary>This checkout.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) => File.Exists(System.IO.Path.Combine(folder, "Muster.slnx"))
        ? folder
        : Find(System.IO.Path.GetDirectoryName(folder)
            ?? throw new FileNotFoundException("Muster.slnx is in no parent directory: not in a checkout"));
}
