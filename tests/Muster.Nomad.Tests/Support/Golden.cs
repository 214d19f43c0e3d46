using System.Runtime.CompilerServices;

namespace Muster.Nomad.Tests.Support;

/// <summary>Expected output in a file, reviewed as a diff: <c>MUSTER_ACCEPT=1</c> writes it anew.</summary>
internal static class Golden
{
    public static void Check(string name, string actual, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, "Golden", name);
        if (Environment.GetEnvironmentVariable("MUSTER_ACCEPT") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.True(File.Exists(path), $"{path} is missing; MUSTER_ACCEPT=1 writes it");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
