using System.Diagnostics;

namespace Muster.Clouds.Tests.Triton;

/// <summary>Makes real keys with <c>ssh-keygen</c>, in a directory of the test's.</summary>
internal sealed class KeyMaker(string directory)
{
    private int _made;

    /// <summary>A new private key; its path.</summary>
    /// <param name="type"><c>rsa</c>, <c>ecdsa</c> or <c>ed25519</c>.</param>
    /// <param name="more">Further arguments of ssh-keygen.</param>
    public string Make(string type, params string[] more)
    {
        var path = Path.Combine(directory, $"key{_made++}");
        Run("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "muster", "-f", path, .. more]);
        return path;
    }

    public static string Public(string path) => File.ReadAllText($"{path}.pub");

    public static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
        return output;
    }
}
