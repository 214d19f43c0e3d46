using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Outbound;

/// <summary>Says in one sentence why a server's certificate is not believed: the platform only names a flag.</summary>
public static class CertificateJudge
{
    /// <summary>Names of one certificate that are told; a shared one has hundreds.</summary>
    private const int NamesMax = 5;

    private static readonly TimeProvider Clock = TimeProvider.System;

    /// <summary>Lets a good certificate pass.</summary>
    /// <exception cref="CertificateRefusedException">It is not good.</exception>
    public static bool Judge(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors) =>
        errors is SslPolicyErrors.None
            ? true
            : throw new CertificateRefusedException(Why(shown as X509Certificate2, chain, errors, Clock.GetUtcNow()));

    private static string Why(X509Certificate2? shown, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now)
    {
        if (shown is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "shows no certificate";
        }

        var flaws = new List<string>();
        // The time first: an old certificate's chain is often broken too.
        if (now < shown.NotBefore || now > shown.NotAfter)
        {
            flaws.Add(now > shown.NotAfter
                ? $"expired at {Time(shown.NotAfter)}"
                : $"is valid only from {Time(shown.NotBefore)} on (this machine's clock says {Time(now.UtcDateTime)})");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            flaws.Add($"is for {Names(shown)} and not for that name");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            && ChainFlaw(shown, chain, isTimeTold: flaws.Count > 0) is { } flaw)
        {
            flaws.Add(flaw);
        }

        return $"shows a certificate that {string.Join(", ", flaws)}";
    }

    private static string? ChainFlaw(X509Certificate2 shown, X509Chain? chain, bool isTimeTold)
    {
        var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;
        if ((status & Untrusted) != 0)
        {
            return shown.Issuer == shown.Subject
                ? $"is signed by itself ({ForeignText.Shown(shown.Subject)}), and is not among those that are trusted here"
                : $"is signed by {ForeignText.Shown(shown.Issuer)}, which is not trusted here";
        }

        if (status.HasFlag(X509ChainStatusFlags.Revoked))
        {
            return "was revoked";
        }

        var rest = status & ~X509ChainStatusFlags.NotTimeValid;
        return rest is not X509ChainStatusFlags.NoError ? $"is not believed ({rest})"
            : isTimeTold ? null
            : $"is signed by {ForeignText.Shown(shown.Issuer)}, whose own certificate has expired or is not valid yet";
    }

    private static string Names(X509Certificate2 shown)
    {
        var alternatives = shown.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] names = alternatives is null
            ? [shown.Subject]
            : [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(address => address.ToString())];
        var told = string.Join(", ", names.Take(NamesMax).Select(name => ForeignText.Shown(name)));
        return names.Length switch
        {
            0 => ForeignText.Shown(shown.Subject),
            <= NamesMax => told,
            _ => $"{told} and {(names.Length - NamesMax).ToString(CultureInfo.InvariantCulture)} more",
        };
    }

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
