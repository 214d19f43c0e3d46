namespace Muster.Simulators.Nomad.Requests;

/// <summary>A request that Nomad refuses: a status and a sentence in plain text.</summary>
internal sealed class RefusedException(int status, string text) : Exception(text)
{
    public int Status => status;

    /// <summary>Whether it comes from the client's side of Nomad, which names no character set.</summary>
    public bool IsPlain { get; init; }

    public static RefusedException NotFound(string what) => new(404, $"{what} not found");

    public static RefusedException Broken(string text) => new(500, text);
}
