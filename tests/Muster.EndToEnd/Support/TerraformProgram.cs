namespace Muster.EndToEnd.Support;

/// <summary>Where the machine's Terraform is. The benchmarks compile this file, too.</summary>
internal static class TerraformProgram
{
    /// <summary>The first on the PATH; null when there is none.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(directory => Path.Combine(directory, "terraform"))
        .FirstOrDefault(File.Exists);
}
