namespace Muster.Terraform.Tests.Support;

/// <summary>Where the sources are: tests read and check committed pages.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string directory) =>
        File.Exists(System.IO.Path.Combine(directory, "Muster.slnx"))
            ? directory
            : Find(
                System.IO.Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("Muster.slnx is in no parent directory"));
}
