namespace Muster.Clouds.Azure.Tokens;

/// <summary>How Muster proves itself to Entra.</summary>
internal enum TokenWay
{
    /// <summary>With a secret of an application.</summary>
    Secret,

    /// <summary>With a certificate of an application.</summary>
    Certificate,

    /// <summary>With a token of another issuer that an application trusts, such as a Kubernetes cluster.</summary>
    Workload,

    /// <summary>As the machine, or the app, that it runs on.</summary>
    Managed,
}

/// <summary>How to come by tokens.</summary>
internal sealed record TokenOptions
{
    /// <summary>How Muster proves itself.</summary>
    public required TokenWay Way { get; init; }

    /// <summary>Where Entra is: <c>https://login.microsoftonline.com</c>.</summary>
    public required Uri Authority { get; init; }

    /// <summary>What a token is for: the address of Azure Resource Manager.</summary>
    public required string Audience { get; init; }

    /// <summary>The tenant; empty for a managed identity.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>The application; of a managed identity, which one, and empty for the machine's own.</summary>
    public string Client { get; init; } = "";

    /// <summary>The file with the secret, the certificate or the other issuer's token; read anew for each token.</summary>
    public string? File { get; init; }

    /// <summary>The secret itself, where it is in the environment.</summary>
    public string? Secret { get; init; }

    /// <summary>Where files are.</summary>
    public required CloudFilesReader ReadFile { get; init; }

    /// <summary>Where a managed identity's tokens are had.</summary>
    public Uri Metadata { get; init; } = new("http://169.254.169.254/");

    /// <summary>App Service's place for such tokens; null where there is none.</summary>
    public Uri? AppService { get; init; }

    /// <summary>What it must be told.</summary>
    public string? AppServiceHeader { get; init; }
}

/// <summary>Reads a file.</summary>
/// <exception cref="IOException">It cannot be read.</exception>
internal delegate string CloudFilesReader(string path);
