using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Muster.Core.Health;

/// <summary>What a <see cref="HealthCheck"/> must be, and its words.</summary>
public static class HealthRules
{
    /// <summary>The kinds as they are written.</summary>
    public const string KindWords = "http, https, tcp, grpc, report or none";

    /// <summary>The word for no health check.</summary>
    public const string None = "none";

    /// <summary>Status codes that mean healthy unless somebody says.</summary>
    public const string ExpectDefault = "200-299";

    /// <summary>Most characters of a path, a text to be found, a service's or attribute's name.</summary>
    public const int TextMax = 512;

    /// <summary>Most headers.</summary>
    public const int HeadersMax = 20;

    /// <summary>Most that a number of probes in a row may be.</summary>
    public const int InRowMax = 100;

    /// <summary>Successes in a row unless somebody says.</summary>
    public const int HealthyAfterDefault = 2;

    /// <summary>Failures in a row unless somebody says.</summary>
    public const int UnhealthyAfterDefault = 3;

    /// <summary>From probe to probe unless somebody says.</summary>
    public static readonly TimeSpan IntervalDefault = TimeSpan.FromSeconds(10);

    /// <summary>For one probe unless somebody says.</summary>
    public static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(2);

    /// <summary>After a launch unless somebody says.</summary>
    public static readonly TimeSpan GraceDefault = TimeSpan.Zero;

    /// <summary>For the first healthy word unless somebody says.</summary>
    public static readonly TimeSpan BootTimeoutDefault = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan IntervalMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IntervalMax = TimeSpan.FromHours(1);
    private static readonly TimeSpan TimeoutMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongMax = TimeSpan.FromHours(24);
    private static readonly TimeSpan BootTimeoutMin = TimeSpan.FromSeconds(10);
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "OPTIONS"];

    // Those that an HTTP client sets itself, or that would change how long its answer is.
    private static readonly HashSet<string> Reserved =
        new(["connection", "content-length", "transfer-encoding", "upgrade", "te", "trailer", "expect"], StringComparer.OrdinalIgnoreCase);

    /// <summary>How a kind is written.</summary>
    public static string Word(ProbeKind kind) => kind switch
    {
        ProbeKind.Http => "http",
        ProbeKind.Https => "https",
        ProbeKind.Tcp => "tcp",
        ProbeKind.Grpc => "grpc",
        ProbeKind.Report => "report",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>What is in force after what was asked; null for no health check.</summary>
    /// <param name="edit">What was asked; null for nothing.</param>
    /// <param name="current">What is in force; null for nothing.</param>
    /// <param name="errors">Gets what is wrong, as <c>health.port</c> and the like.</param>
    public static HealthCheck? Resolve(HealthEdit? edit, HealthCheck? current, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (edit is null)
        {
            return current;
        }

        if (edit.Kind == None)
        {
            return null;
        }

        if (Kind(edit.Kind, current?.Kind, errors) is not { } kind)
        {
            return current;
        }

        // Another kind asks other things: nothing of the old one holds by accident, but its times do.
        var before = current is not null && current.Kind == kind ? current : Times(current, kind);
        Span<(string Field, string? Given, bool IsOfKind)> fits =
        [
            ("port", edit.Port is { } number ? Text(number) : null, kind is not ProbeKind.Report),
            ("attribute", edit.Attribute, kind is not ProbeKind.Report),
            ("path", edit.Path, IsWeb(kind)), ("method", edit.Method, IsWeb(kind)),
            // Names alone: a header's value may be a secret.
            ("headers", edit.Headers is { } headers ? string.Join(", ", headers.Keys) : null, IsWeb(kind)),
            ("expect", edit.Expect, IsWeb(kind)),
            ("body_contains", edit.BodyContains, IsWeb(kind)),
            ("busy_header", edit.BusyHeader, IsWeb(kind)),
            ("verify_tls", edit.VerifyTls switch { true => "true", false => "false", null => null }, kind is ProbeKind.Https),
            ("service", edit.Service, kind is ProbeKind.Grpc),
            ("network", edit.Network, kind is not ProbeKind.Report),
        ];
        foreach (var (field, given, isOfKind) in fits)
        {
            if (given is not null && !isOfKind)
            {
                errors.Add(new($"health.{field}", InputError.Shown(given) ?? "", $"nothing: a health check by {Word(kind)} has none"));
            }
        }

        var (port, attribute) = Port(edit, before, kind, errors);
        var interval = Time("interval_s", edit.IntervalSeconds, before.Interval, IntervalMin, IntervalMax, errors);
        var timeout = Time("timeout_s", edit.TimeoutSeconds, before.Timeout, TimeoutMin, IntervalMax, errors);
        if (timeout > interval)
        {
            // A shorter interval alone takes the time-out along; only who names a longer time-out is told.
            if (edit.TimeoutSeconds is { } asked)
            {
                errors.Add(new("health.timeout_s", Text(asked), $"at most the interval, {DurationText.Exactly(interval)}"));
            }

            timeout = interval;
        }

        return before with
        {
            Port = port,
            Attribute = attribute,
            Path = Path(edit.Path, before.Path, errors),
            Method = Method(edit.Method, before.Method, errors),
            Headers = HeadersOf(edit.Headers, before.Headers, errors),
            Expect = Expected(edit.Expect, before.Expect, errors),
            BodyContains = Short("body_contains", edit.BodyContains, before.BodyContains, errors),
            BusyHeader = Named("busy_header", edit.BusyHeader, before.BusyHeader, errors),
            VerifyTls = edit.VerifyTls ?? before.VerifyTls,
            Service = Short("service", edit.Service, before.Service, errors),
            Network = NetworkOf(edit.Network, before.Network, errors),
            Interval = interval,
            Timeout = timeout,
            HealthyAfter = InRow("healthy_after", edit.HealthyAfter, before.HealthyAfter, errors),
            UnhealthyAfter = InRow("unhealthy_after", edit.UnhealthyAfter, before.UnhealthyAfter, errors),
            Grace = Time("grace_s", edit.GraceSeconds, before.Grace, TimeSpan.Zero, LongMax, errors),
            BootTimeout = Time("boot_timeout_s", edit.BootTimeoutSeconds, before.BootTimeout, BootTimeoutMin, LongMax, errors),
        };
    }

    /// <summary>Whether a status code is among those that mean healthy.</summary>
    /// <param name="expect">As <see cref="HealthCheck.Expect"/>.</param>
    /// <param name="status">The code.</param>
    public static bool IsExpected(string expect, int status) =>
        Ranges(expect)?.Any(range => status >= range.From && status <= range.To) is true;

    private static bool IsWeb(ProbeKind kind) => kind is ProbeKind.Http or ProbeKind.Https;

    private static HealthCheck Times(HealthCheck? current, ProbeKind kind) => current is null ? new() { Kind = kind } : new()
    {
        Kind = kind,
        Interval = current.Interval,
        Timeout = current.Timeout,
        HealthyAfter = current.HealthyAfter,
        UnhealthyAfter = current.UnhealthyAfter,
        Grace = current.Grace,
        BootTimeout = current.BootTimeout,
    };

    private static ProbeKind? Kind(string? word, ProbeKind? otherwise, ImmutableArray<InputError>.Builder errors)
    {
        ProbeKind? kind = word switch
        {
            null => otherwise,
            "http" => ProbeKind.Http,
            "https" => ProbeKind.Https,
            "tcp" => ProbeKind.Tcp,
            "grpc" => ProbeKind.Grpc,
            "report" => ProbeKind.Report,
            _ => null,
        };
        if (kind is null)
        {
            errors.Add(new("health.kind", InputError.Shown(word), KindWords));
        }

        return kind;
    }

    private static (int? Port, string? Attribute) Port(
        HealthEdit edit, HealthCheck before, ProbeKind kind, ImmutableArray<InputError>.Builder errors)
    {
        if (kind is ProbeKind.Report)
        {
            return (null, null);
        }

        if (edit is { Port: not null, Attribute: not null })
        {
            errors.Add(new("health.port", Text(edit.Port.Value), "one of port and attribute, not both"));
        }

        if (edit.Port is < 1 or > 65535)
        {
            errors.Add(new("health.port", Text(edit.Port.Value), "1 to 65535"));
        }

        if (edit.Attribute is { } name && (name.Length is 0 or > TextMax || !name.All(IsNameCharacter)))
        {
            errors.Add(new("health.attribute", InputError.Shown(name), "the name of an attribute: letters, digits, _, - and ."));
        }

        var (port, attribute) = edit.Port is not null ? (edit.Port, null)
            : edit.Attribute is not null ? (null, edit.Attribute)
            : (before.Port, before.Attribute);
        if (port is null && attribute is null)
        {
            errors.Add(new("health.port", null, "1 to 65535, or attribute: the name of the attribute that holds each instance's port"));
        }

        return (port, attribute);
    }

    private static string Path(string? path, string otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (path is not null && (path.Length is 0 or > TextMax || path[0] != '/' || path.Any(c => c is <= ' ' or >= '\x7f' or '#')))
        {
            errors.Add(new(
                "health.path", InputError.Shown(path),
                $"a path with a slash in front, at most {TextMax} characters, blanks and # encoded"));
        }

        return path ?? otherwise;
    }

    private static string Method(string? method, string otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (method is not null && !Methods.Contains(method))
        {
            errors.Add(new("health.method", InputError.Shown(method), "GET, HEAD, POST or OPTIONS"));
        }

        return method ?? otherwise;
    }

    private static ImmutableSortedDictionary<string, string> HeadersOf(
        ImmutableSortedDictionary<string, string>? headers,
        ImmutableSortedDictionary<string, string> otherwise,
        ImmutableArray<InputError>.Builder errors)
    {
        if (headers is null)
        {
            return otherwise;
        }

        if (headers.Count > HeadersMax)
        {
            errors.Add(new("health.headers", Text(headers.Count), $"at most {HeadersMax}"));
        }

        foreach (var (name, value) in headers)
        {
            if (name.Length is 0 or > TextMax || Reserved.Contains(name)
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            {
                errors.Add(new(
                    "health.headers", InputError.Shown(name), "names of letters, digits, - and _, and none that the client itself sets"));
            }
            else if (value.Length > TextMax || value.Any(c => c is < ' ' or >= '\x7f'))
            {
                errors.Add(new($"health.headers.{name}", null, $"at most {TextMax} printable ASCII characters"));
            }
        }

        return headers;
    }

    private static string Expected(string? expect, string otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (expect is not null && Ranges(expect) is null)
        {
            errors.Add(new("health.expect", InputError.Shown(expect), "status codes from 100 to 599: 200, 200-299, 200,204"));
        }

        return expect ?? otherwise;
    }

    private static List<(int From, int To)>? Ranges(string expect)
    {
        var ranges = new List<(int, int)>();
        foreach (var part in expect.Length > TextMax ? [] : expect.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !IsStatus(ends[0], out var from) || !IsStatus(ends[^1], out var to) || from > to)
            {
                return null;
            }

            ranges.Add((from, to));
        }

        return ranges.Count == 0 ? null : ranges;
    }

    private static bool IsStatus(string text, out int status) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out status) && status is >= 100 and <= 599;

    private static string? NetworkOf(string? network, string? otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (network is { Length: > 0 } && !IPNetwork.TryParse(network, out _))
        {
            errors.Add(new(
                "health.network", InputError.Shown(network), "a network: 10.0.0.0/8, fd00::/8, 0.0.0.0/0 for IPv4, ::/0 for IPv6"));
        }

        return network is null ? otherwise : network.Length == 0 ? null : network;
    }

    private static string? Short(string field, string? text, string? otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (text is not null && (text.Length > TextMax || text.Any(char.IsControl)))
        {
            errors.Add(new($"health.{field}", InputError.Shown(text), $"at most {TextMax} characters, no control characters"));
        }

        return text is null ? otherwise : text.Length == 0 ? null : text;
    }

    private static string? Named(string field, string? name, string? otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (name is not null && (name.Length > TextMax || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
        {
            errors.Add(new($"health.{field}", InputError.Shown(name), "the name of a header: letters, digits, - and _"));
        }

        return name is null ? otherwise : name.Length == 0 ? null : name;
    }

    private static int InRow(string field, int? asked, int otherwise, ImmutableArray<InputError>.Builder errors)
    {
        if (asked is < 1 or > InRowMax)
        {
            errors.Add(new($"health.{field}", Text(asked.Value), $"1 to {InRowMax} probes in a row"));
        }

        return asked ?? otherwise;
    }

    private static TimeSpan Time(
        string field, double? seconds, TimeSpan otherwise, TimeSpan min, TimeSpan max, ImmutableArray<InputError>.Builder errors)
    {
        if (seconds is not { } asked)
        {
            return otherwise;
        }

        if (asked >= min.TotalSeconds && asked <= max.TotalSeconds)
        {
            return TimeSpan.FromSeconds(asked);
        }

        errors.Add(new($"health.{field}", Text(asked), $"{Text(min.TotalSeconds)} to {Text(max.TotalSeconds)} seconds"));
        return otherwise;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
