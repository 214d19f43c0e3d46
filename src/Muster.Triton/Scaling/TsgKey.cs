namespace Muster.Triton.Scaling;

/// <summary>Where the private key is. Closed: a file, the text itself, or an ssh-agent.</summary>
public abstract class TsgKey
{
    private TsgKey()
    {
    }

    /// <summary>In a file.</summary>
    /// <param name="path">Which.</param>
    public sealed class InFile(string path) : TsgKey
    {
        public string Path => path;
    }

    /// <summary>In an ssh-agent.</summary>
    public sealed class InAgent : TsgKey;

    /// <summary>Given as such. No record: a record shows what it holds.</summary>
    /// <param name="pem">The key.</param>
    /// <param name="isOnCommandLine">Whether others can read it in the list of processes.</param>
    public sealed class AsText(string pem, bool isOnCommandLine) : TsgKey
    {
        public string Pem => pem;

        public bool IsOnCommandLine => isOnCommandLine;
    }
}
