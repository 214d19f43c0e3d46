using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Core.Launching;

/// <summary>What an instance reports its own health with.</summary>
/// <param name="Token">Speaks for this instance alone. Neither logged nor kept.</param>
/// <param name="Url">Where it reports.</param>
public sealed record ReportPass(string Token, string Url)
{
    /// <summary>What a launch fails with that wants one where there are none. Nothing was called.</summary>
    public static CloudException NoneToBeHad() => new(
        CloudErrorKind.InvalidRequest,
        $"the template asks for {Placeholders.ReportToken} or {Placeholders.ReportUrl}, which only a server's own checks give");

    /// <summary>Without the token, so that no log shows it by accident.</summary>
    public override string ToString() => $"{nameof(ReportPass)} {{ Url = {Url} }}";
}
