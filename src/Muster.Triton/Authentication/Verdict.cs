using Muster.Server.Authentication;

namespace Muster.Triton.Authentication;

/// <summary>What came of asking who a caller is. That nobody answered is no verdict, but an exception.</summary>
/// <param name="Caller">Who; null when refused.</param>
/// <param name="Refusal">The original's text for it; null when let in.</param>
internal sealed record Verdict(Caller? Caller, string? Refusal)
{
    public const string AccountText = "failed account authentication";
    public const string KeyText = "failed key authentication";
    public const string RequestText = "failed request authentication";

    public static Verdict Refused(string text) => new(Caller: null, text);
}
