using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Muster.Clouds.OpenStack.Identity;

/// <summary>Who asks: a user with a password and a project, or an application credential. Never to be shown.</summary>
internal sealed class OpenStackCredential
{
    private const string VersionPath = "/v3";

    private static readonly string[] PasswordTypes = ["password", "v3password"];
    private static readonly string[] ApplicationTypes = ["v3applicationcredential", "application_credential"];

    private readonly AuthSettings _settings;
    private readonly bool _isApplication;

    private OpenStackCredential(AuthSettings settings, Uri authUrl, bool isApplication) =>
        (_settings, AuthUrl, _isApplication) = (settings, authUrl, isApplication);

    /// <summary>The identity service, down to its version: <c>https://cloud.example/identity/v3</c>.</summary>
    public Uri AuthUrl { get; }

    /// <summary>Where it is from, for people.</summary>
    public string Source => _settings.Source;

    /// <summary>The region that it is for; null where it says none.</summary>
    public string? Region => _settings["region_name"];

    /// <summary>Which endpoints to use, such as <c>internal</c>; null where it says none.</summary>
    public string? Interface => _settings["interface"];

    /// <summary>The file with the authority to believe; null where it says none.</summary>
    public string? AuthorityFile => _settings["cacert"];

    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">Something is missing or wrong; says all of it, and no secret.</exception>
    public static OpenStackCredential Read(AuthSettings settings)
    {
        var wrong = ImmutableArray.CreateBuilder<string>();
        var type = settings["auth_type"];
        var isApplication = type is null
            ? settings["application_credential_secret"] is not null
            : ApplicationTypes.Contains(type, StringComparer.Ordinal);
        if (type is not null && !isApplication && !PasswordTypes.Contains(type, StringComparer.Ordinal))
        {
            wrong.Add($"auth_type password or v3applicationcredential, not '{type}': Muster has to get new tokens by itself");
        }

        var url = UrlOf(settings["auth_url"]);
        if (url is null)
        {
            wrong.Add(settings["auth_url"] is { } text
                ? $"auth_url as https://HOST/identity/v3, not '{text}'"
                : "auth_url, the address of the identity service");
        }

        wrong.AddRange(isApplication ? MissingOfApplication(settings) : MissingOfPassword(settings));
        if (settings["verify"] is { } verify && !bool.TryParse(verify, out _))
        {
            wrong.Add($"verify true, not '{verify}'");
        }
        else if (settings["verify"] is { } unverified && !bool.Parse(unverified))
        {
            wrong.Add(
                "verify true: name the authority of the cloud's certificate in authority_file (or cacert) in place of believing anybody");
        }

        return wrong.Count == 0
            ? new(settings, url!, isApplication)
            : throw new FormatException(string.Join("; ", wrong));
    }

    /// <summary>What the identity service is asked.</summary>
    public ReadOnlyMemory<byte> Body()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("auth");
            json.WriteStartObject("identity");
            if (_isApplication)
            {
                WriteApplication(json);
            }
            else
            {
                WritePassword(json);
            }

            json.WriteEndObject();
            if (!_isApplication)
            {
                json.WriteStartObject("scope");
                json.WriteStartObject("project");
                WriteNamed(json, "project_id", "project_name", "project_domain");
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static Uri? UrlOf(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Query.Length > 0 || url.UserInfo.Length > 0
            || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            return null;
        }

        var whole = url.AbsoluteUri.TrimEnd('/');
        return whole.EndsWith(VersionPath, StringComparison.Ordinal) ? new(whole)
            : whole.EndsWith("/v2.0", StringComparison.Ordinal) ? null
            : new($"{whole}{VersionPath}");
    }

    private static IEnumerable<string> MissingOfApplication(AuthSettings settings)
    {
        if (settings["application_credential_secret"] is null)
        {
            yield return "application_credential_secret";
        }

        if (settings["application_credential_id"] is null)
        {
            if (settings["application_credential_name"] is null)
            {
                yield return "application_credential_id, or application_credential_name with its user";
            }
            else if (settings["username"] is null && settings["user_id"] is null)
            {
                yield return "username or user_id beside application_credential_name";
            }
        }
    }

    private static IEnumerable<string> MissingOfPassword(AuthSettings settings)
    {
        if (settings["username"] is null && settings["user_id"] is null)
        {
            yield return "username or user_id, or an application credential";
        }

        if (settings["password"] is null)
        {
            yield return "password";
        }

        if (settings["project_name"] is null && settings["project_id"] is null)
        {
            yield return "project_name or project_id";
        }
    }

    private static void WriteMethod(Utf8JsonWriter json, string method)
    {
        json.WriteStartArray("methods");
        json.WriteStringValue(method);
        json.WriteEndArray();
        json.WriteStartObject(method);
    }

    private void WriteApplication(Utf8JsonWriter json)
    {
        WriteMethod(json, "application_credential");
        if (_settings["application_credential_id"] is { } id)
        {
            json.WriteString("id", id);
        }
        else
        {
            json.WriteString("name", _settings["application_credential_name"]);
            json.WriteStartObject("user");
            WriteNamed(json, "user_id", "username", "user_domain");
            json.WriteEndObject();
        }

        json.WriteString("secret", _settings["application_credential_secret"]);
        json.WriteEndObject();
    }

    private void WritePassword(Utf8JsonWriter json)
    {
        WriteMethod(json, "password");
        json.WriteStartObject("user");
        WriteNamed(json, "user_id", "username", "user_domain");
        json.WriteString("password", _settings["password"]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>By the id, which needs no domain, or by the name in its domain, which is <c>default</c> unless set.</summary>
    private void WriteNamed(Utf8JsonWriter json, string id, string name, string domain)
    {
        if (_settings[id] is { } known)
        {
            json.WriteString("id", known);
            return;
        }

        json.WriteString("name", _settings[name]);
        json.WriteStartObject("domain");
        if (_settings[$"{domain}_name"] is { } domainName && _settings[$"{domain}_id"] is null)
        {
            json.WriteString("name", domainName);
        }
        else
        {
            json.WriteString("id", _settings[$"{domain}_id"] ?? "default");
        }

        json.WriteEndObject();
    }
}
