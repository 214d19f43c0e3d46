using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Gce.Identity;

/// <summary>A service account of a simulated project, with one key.</summary>
public sealed class SimulatedServiceAccount
{
    private readonly string _pem;

    internal SimulatedServiceAccount(string email, string keyId)
    {
        (Email, KeyId) = (email, keyId);
        using var key = RSA.Create(2048);
        _pem = key.ExportPkcs8PrivateKeyPem();
        PublicKey = key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>Its name.</summary>
    public string Email { get; }

    /// <summary>Which key.</summary>
    public string KeyId { get; }

    /// <summary>Whether the key is still one of it.</summary>
    public bool IsKeyDeleted { get; set; }

    internal byte[] PublicKey { get; }

    /// <summary>Its key file, as Google hands it out.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="tokenUrl">Where its tokens are.</param>
    public string KeyFile(string project, Uri tokenUrl) => new JsonObject
    {
        ["type"] = "service_account",
        ["project_id"] = project,
        ["private_key_id"] = KeyId,
        ["private_key"] = _pem,
        ["client_email"] = Email,
        ["client_id"] = "100000000000000000001",
        ["auth_uri"] = "https://accounts.google.com/o/oauth2/auth",
        ["token_uri"] = tokenUrl.ToString(),
        ["universe_domain"] = "googleapis.com",
    }.ToJsonString(new() { WriteIndented = true });
}
