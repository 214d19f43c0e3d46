using System.Collections.Immutable;
using System.Globalization;

using Muster.Core;
using Muster.Storage.Postgres.Sessions;

namespace Muster.Storage.Postgres;

/// <summary>Reads one URL; <see cref="Uri"/> knows no list of hosts.</summary>
internal sealed class PostgresUrlParser(string field)
{
    private const string Form =
        "postgres://USER@HOST[:PORT][,HOST[:PORT]...]/DATABASE[?NAME=VALUE&...], or ?host=/DIRECTORY for a Unix socket";

    private const string Parameters =
        "host, port, sslmode, sslrootcert, sslcert, sslkey, connect_timeout, application_name, target_session_attrs";

    private const string Passwordless =
        "a URL without a password: put it into a password file or the environment, where no list of processes shows it";

    /// <summary>Stands for a value that must not be shown.</summary>
    private const string Hidden = "...";

    private static readonly string[] Schemes = ["postgres://", "postgresql://"];

    private static readonly Dictionary<string, PostgresTls> TlsModes = new(StringComparer.Ordinal)
    {
        ["disable"] = PostgresTls.Disable,
        ["allow"] = PostgresTls.Allow,
        ["prefer"] = PostgresTls.Prefer,
        ["require"] = PostgresTls.Require,
        ["verify-ca"] = PostgresTls.VerifyCa,
        ["verify-full"] = PostgresTls.VerifyFull,
    };

    // What a password is called in one of the forms that databases are described in.
    private static readonly string[] PasswordNames = ["password", "passwd", "pwd"];

    private static readonly string[] SessionAttributes = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];

    private readonly ImmutableArray<InputError>.Builder _errors = ImmutableArray.CreateBuilder<InputError>();
    private readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal);
    private bool _mayHoldPassword;

    public PostgresUrl Parse(string text)
    {
        _mayHoldPassword = MayHoldPassword(text);
        var scheme = Array.Find(Schemes, each => text.StartsWith(each, StringComparison.Ordinal));
        if (scheme is null)
        {
            throw new InputException([Error("", text, Form)]);
        }

        var (place, query) = Split(text[scheme.Length..], '?');
        ReadParameters(query);
        var (authority, database) = Split(place, '/');
        var (user, hosts) = SplitUser(authority);
        var url = new PostgresUrl
        {
            Hosts = ReadHosts(hosts),
            Database = Decode(database ?? ""),
            User = user is "" or null ? null : Decode(user),
            Tls = ReadTls(),
            RootCertificate = _parameters.GetValueOrDefault("sslrootcert"),
            Certificate = _parameters.GetValueOrDefault("sslcert"),
            Key = _parameters.GetValueOrDefault("sslkey"),
            ConnectTimeout = ReadConnectTimeout(),
            ApplicationName = _parameters.GetValueOrDefault("application_name") ?? "muster",
            TargetSessionAttributes = ReadSessionAttributes(),
        };
        if (url.Database.Length == 0)
        {
            Refuse("", text, "names no database: " + Form);
        }

        InputException.ThrowIfAny(_errors);
        return _parameters.ContainsKey("sslmode") || !url.Hosts.All(host => host.IsLocal) ? url : url with { Tls = PostgresTls.Disable };
    }

    private static (string Before, string? After) Split(string text, char at) =>
        text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var index ? (text[..index], text[(index + 1)..]) : (text, null);

    /// <summary>
    /// Whether a password may stand in it, in whatever place and form. Where it begins and ends in a text that is wrong nobody can tell,
    /// so then no part of the text is said again.
    /// </summary>
    private static bool MayHoldPassword(string text)
    {
        var begin = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        var userEnd = text.LastIndexOf('@');
        return (userEnd > begin && text[begin..userEnd].Contains(':', StringComparison.Ordinal))
            || PasswordNames.Any(name => Decode(text).Contains(name, StringComparison.OrdinalIgnoreCase));
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    private (string? User, string Hosts) SplitUser(string authority)
    {
        var at = authority.LastIndexOf('@');
        if (at < 0)
        {
            return (null, authority);
        }

        var (user, password) = Split(authority[..at], ':');
        if (password is not null)
        {
            Refuse("", Hidden, Passwordless);
        }

        return (user, authority[(at + 1)..]);
    }

    private void ReadParameters(string? query)
    {
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Split(pair, '=');
            name = Decode(name);
            if (name is "password" or "sslpassword")
            {
                Refuse("", Hidden, Passwordless);
            }
            else if (!Parameters.Split(", ").Contains(name))
            {
                Refuse("", name, $"an unknown parameter; allowed are {Parameters}");
            }
            else if (value is null or "")
            {
                Refuse($".{name}", "", "a value after the equals sign");
            }
            else
            {
                _parameters[name] = Decode(value);
            }
        }
    }

    private ImmutableArray<PostgresHost> ReadHosts(string list)
    {
        var port = _parameters.TryGetValue("port", out var given) ? ReadPort(given) : PostgresHost.PortDefault;
        if (_parameters.TryGetValue("host", out var directory))
        {
            if (list.Length > 0 || !directory.StartsWith('/'))
            {
                Refuse(".host", directory, "the directory of a Unix socket, from the root, and then no host before the database");
            }

            return [new(directory, port)];
        }

        return [.. list.Split(',').Select(host => ReadHost(host, port))];
    }

    private PostgresHost ReadHost(string text, int port)
    {
        // An IPv6 address stands in brackets, since it has colons of its own.
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : 0;
        var (rest, number) = Split(text[end..], ':');
        var name = end > 0 ? text[1..(end - 1)] + rest : Decode(rest);
        if (name.Length == 0)
        {
            Refuse("", text, "names no host: " + Form);
        }

        return new(name, number is null ? port : ReadPort(number));
    }

    private int ReadPort(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536)
        {
            return port;
        }

        Refuse(".port", text, "1 to 65535");
        return PostgresHost.PortDefault;
    }

    private PostgresTls ReadTls()
    {
        if (!_parameters.TryGetValue("sslmode", out var text))
        {
            return PostgresTls.VerifyFull;
        }

        if (!TlsModes.TryGetValue(text, out var mode))
        {
            Refuse(".sslmode", text, string.Join(", ", TlsModes.Keys));
        }

        return mode;
    }

    private TimeSpan? ReadConnectTimeout()
    {
        if (!_parameters.TryGetValue("connect_timeout", out var text))
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > 60)
        {
            Refuse(".connect_timeout", text, "whole seconds, 1 to 60");
        }

        return TimeSpan.FromSeconds(seconds);
    }

    private string? ReadSessionAttributes()
    {
        if (_parameters.TryGetValue("target_session_attrs", out var text) && !SessionAttributes.Contains(text))
        {
            Refuse(".target_session_attrs", text, string.Join(", ", SessionAttributes));
        }

        return text;
    }

    private void Refuse(string parameter, string? value, string allowed) => _errors.Add(Error(parameter, value, allowed));

    private InputError Error(string parameter, string? value, string allowed) =>
        new(field + parameter, _mayHoldPassword && value is not null ? Hidden : value, allowed);
}
