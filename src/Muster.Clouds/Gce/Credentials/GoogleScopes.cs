namespace Muster.Clouds.Gce.Credentials;

/// <summary>What tokens are asked for.</summary>
internal static class GoogleScopes
{
    /// <summary>All of Google Cloud: what the credential may do there, its roles say.</summary>
    public const string All = "https://www.googleapis.com/auth/cloud-platform";
}
