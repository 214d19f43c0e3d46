using Muster.Core;

namespace Muster.Nomad.Client;

/// <summary>Reads the variables that Nomad's own command line reads, so that who can enter Nomad there can enter it here.</summary>
public static class NomadEnvironment
{
    private const string SkipVerify = "NOMAD_SKIP_VERIFY";

    /// <summary>Options as the environment says; each is for the caller to override.</summary>
    /// <param name="variable">The value of a variable; null when it is not set.</param>
    /// <exception cref="InputException">A variable is wrong.</exception>
    public static NomadOptions Read(Func<string, string?> variable)
    {
        string? Get(string name) => variable(name) is { Length: > 0 } value ? value : null;
        if (Get(SkipVerify) is { } skip && skip is not ("0" or "f" or "false" or "False" or "FALSE" or "F"))
        {
            throw new InputException(
                SkipVerify,
                skip,
                "not set: Muster shows its token to nobody that it cannot verify; name who vouches for Nomad with NOMAD_CACERT");
        }

        var options = new NomadOptions
        {
            Token = Get("NOMAD_TOKEN"),
            Namespace = Get("NOMAD_NAMESPACE"),
            Region = Get("NOMAD_REGION"),
            CaFile = Get("NOMAD_CACERT"),
            CertificateFile = Get("NOMAD_CLIENT_CERT"),
            KeyFile = Get("NOMAD_CLIENT_KEY"),
            ServerName = Get("NOMAD_TLS_SERVER_NAME"),
        };
        if (Get("NOMAD_ADDR") is { } address)
        {
            options.Addresses = [NomadAddress.Parse("NOMAD_ADDR", address)];
        }

        return options;
    }
}
