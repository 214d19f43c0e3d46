
namespace Muster.Triton;

/// <summary>The facade for clients of the original Triton Service Groups: <c>/v1/tsg</c>.</summary>
public sealed class TsgOptions
{
    /// <summary>The cloud whose templates and groups it shows.</summary>
    /// <value>Null unless set: then there is no facade.</value>
    public string? Cloud { get; set; }

    /// <summary>
    /// Whether nobody is asked who they are, here only; as the original's <c>TSG_DEV_MODE</c>. Callers act for the default account, and
    /// nothing but a loopback address is listened on.
    /// </summary>
    public bool SkipsAuthentication { get; set; }

    /// <summary>
    /// Whether only accounts are let in that the operator allowed; else every account that CloudAPI knows and nobody denied.
    /// </summary>
    /// <value>On unless set.</value>
    public bool Whitelist { get; set; } = true;

    /// <summary>How long the same proof of a caller is good without another question to CloudAPI.</summary>
    /// <value>10 seconds unless set; 0 to 5 minutes, the life of a signed date.</value>
    public TimeSpan VerdictFor { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a refused proof is refused without another question.</summary>
    /// <value>2 seconds unless set; 0 to 5 minutes: somebody who just got a key tries again at once.</value>
    public TimeSpan RefusalFor { get; set; } = TimeSpan.FromSeconds(2);
}
