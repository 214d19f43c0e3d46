namespace Muster.Clouds.Tests.Ec2.Judges;

/// <summary>Programs that nobody here wrote, where this machine has them.</summary>
internal static class Programs
{
    /// <summary>The path of a program; skips the test where there is none.</summary>
    public static string Need(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{name}, a judge of ec2, is not on the PATH");
        return path!;
    }
}
