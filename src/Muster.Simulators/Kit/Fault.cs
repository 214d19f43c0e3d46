namespace Muster.Simulators.Kit;

/// <summary>How a request fails.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>An answer instead of the right one; the request does nothing.</summary>
    /// <param name="Status">The status.</param>
    /// <param name="Body">The body.</param>
    /// <param name="Html">Whether it is HTML.</param>
    /// <param name="RetryAfter">That header's value; null for none.</param>
    /// <param name="ContentType">What the body is where it is no HTML.</param>
    public sealed record Answer(
        int Status, string Body, bool Html = false, string? RetryAfter = null, string ContentType = "application/json") : Fault;

    /// <summary>The request is carried out, and the connection then breaks.</summary>
    public sealed record LostAnswer : Fault;

    /// <summary>The connection breaks before anything is done.</summary>
    public sealed record Reset : Fault;

    /// <summary>The answer takes so much longer.</summary>
    /// <param name="By">How much.</param>
    public sealed record Slow(TimeSpan By) : Fault;
}
