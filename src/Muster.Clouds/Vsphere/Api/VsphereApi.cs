using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Xml;

using Muster.Clouds.Kit.Http;
using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;
using Muster.Outbound;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>
/// The calls of vCenter's SOAP API that are made. Repeats one only where vCenter did nothing for want of a session, and once.
/// </summary>
internal sealed class VsphereApi : IAsyncDisposable
{
    /// <summary>The oldest version that is spoken; every newer vCenter speaks it, too.</summary>
    private const string Action = "\"urn:vim25/6.7\"";

    private const string XmlType = "text/xml";

    // Envoy before vCenter closes silent connections after a minute.
    private static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(45), LogoutTimeout = TimeSpan.FromSeconds(5);

    private readonly VsphereCloudOptions _options;
    private readonly HttpCaller _caller;
    private readonly SessionKeeper _sessions;

    private volatile ServiceContent? _content;

    public VsphereApi(VsphereCloudOptions options, TimeProvider timeProvider)
    {
        _options = options;
        Time = timeProvider;
        _sessions = new(options, LogInAsync, timeProvider);
        var handler = ServiceHandler.Make(options.Url, IdleMax);
        handler.AutomaticDecompression = DecompressionMethods.All;
        VsphereTrust.Apply(handler, options);
        _caller = new(
            new SessionCookieHandler(handler),
            new HttpService("vsphere", options.Url) { Timeout = options.Timeout, Why = Why },
            timeProvider);
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>How long one call may take.</summary>
    public TimeSpan Timeout => _options.Timeout;

    /// <summary>Where its managers are.</summary>
    public async Task<ServiceContent> ContentAsync(CancellationToken cancellationToken)
    {
        if (_content is { } known)
        {
            return known;
        }

        var answer = await SendAsync("RetrieveServiceContent", ServiceContent.Instance, null, null, isLook: true, cancellationToken);
        return _content = ServiceContent.Read(Read(answer)["returnval"])
            ?? throw new CloudException(CloudErrorKind.Unavailable, $"{answer.Call} was answered without vCenter's managers");
    }

    /// <summary>The session that calls are made with.</summary>
    public Task<VsphereSession> SessionAsync(CancellationToken cancellationToken) => _sessions.GetAsync(stale: null, cancellationToken);

    /// <summary>Looks.</summary>
    /// <param name="method">What is asked.</param>
    /// <param name="target">Of which object.</param>
    /// <param name="arguments">Writes what else is asked; null for nothing.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="waits">How long vCenter itself may wait before it answers.</param>
    /// <returns>The answer, with what is returned in it.</returns>
    /// <exception cref="CloudException">It is refused, or not answered.</exception>
    public Task<SoapNode> LookAsync(
        string method, MoRef target, Action<SoapWriter>? arguments, CancellationToken cancellationToken, TimeSpan waits = default) =>
        CallAsync(method, target, arguments, isLook: true, waits, cancellationToken);

    /// <summary>Calls what may change something.</summary>
    /// <inheritdoc cref="LookAsync"/>
    public Task<SoapNode> ChangeAsync(
        string method, MoRef target, Action<SoapWriter>? arguments, CancellationToken cancellationToken) =>
        CallAsync(method, target, arguments, isLook: false, waits: default, cancellationToken);

    /// <summary>Starts what goes on by itself.</summary>
    /// <returns>The task.</returns>
    public async Task<MoRef> StartAsync(string method, MoRef target, Action<SoapWriter>? arguments, CancellationToken cancellationToken) =>
        (await ChangeAsync(method, target, arguments, cancellationToken)).RefOf("returnval")
        ?? throw new CloudException(CloudErrorKind.Ambiguous, $"vsphere {method} was answered without a task");

    /// <summary>One page of objects.</summary>
    /// <param name="query">Which, and what of them.</param>
    /// <param name="pageSize">How many at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The objects, and what the next page is asked with; null after the last one.</returns>
    public async Task<(ImmutableArray<ManagedObject> Objects, string? Next)> RetrieveAsync(
        PropertyQuery query, int pageSize, CancellationToken cancellationToken)
    {
        var content = await ContentAsync(cancellationToken);
        return ReadPage(await LookAsync(
            "RetrievePropertiesEx",
            content.PropertyCollector,
            writer =>
            {
                query.Write(writer, "specSet");
                writer.Element("options", () => writer.Number("maxObjects", pageSize));
            },
            cancellationToken));
    }

    /// <summary>The next page.</summary>
    public async Task<(ImmutableArray<ManagedObject> Objects, string? Next)> ContinueAsync(
        string token, CancellationToken cancellationToken) => ReadPage(await LookAsync(
            "ContinueRetrievePropertiesEx",
            (await ContentAsync(cancellationToken)).PropertyCollector,
            writer => writer.Text("token", token),
            cancellationToken));

    /// <summary>All objects, page after page.</summary>
    public async Task<ImmutableArray<ManagedObject>> RetrieveAllAsync(
        PropertyQuery query, int pageSize, CancellationToken cancellationToken)
    {
        var all = ImmutableArray.CreateBuilder<ManagedObject>();
        await foreach (var (page, _) in Kit.Listings.CursorPages.ReadAsync(
            cursor => cursor is null ? RetrieveAsync(query, pageSize, cancellationToken) : ContinueAsync(cursor, cancellationToken),
            cursor => cursor, Time, cancellationToken))
        {
            all.AddRange(page);
        }

        return all.ToImmutable();
    }

    /// <summary>Properties of one object; null where it is gone.</summary>
    public async Task<ManagedObject?> FindAsync(MoRef target, ImmutableArray<string> paths, CancellationToken cancellationToken)
    {
        try
        {
            var (objects, _) = await RetrieveAsync(PropertyQuery.Of(target, paths), 1, cancellationToken);
            return objects.FirstOrDefault();
        }
        catch (CloudException error) when (VsphereErrors.Is(error, "ManagedObjectNotFound"))
        {
            return null;
        }
    }

    /// <summary>What a refusal means that came otherwise than as the answer to a call.</summary>
    public CloudException Translate(string call, SoapFault fault, CloudErrorKind doubt) =>
        VsphereErrors.Translate(call, fault, doubt, _options.Password.Mask);

    /// <summary>Logs out, so that vCenter need not keep the session until it is old, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_sessions.Current is { } session && _content is { } content)
        {
            try
            {
                await SendAsync(
                    "Logout", content.SessionManager, null, session, isLook: true, CancellationToken.None, LogoutTimeout - Timeout);
            }
            catch (CloudException)
            {
                // vCenter then ends the session by itself, after half an hour.
            }
        }

        _sessions.Dispose();
        _caller.Dispose();
    }

    private async Task<SoapNode> CallAsync(
        string method, MoRef target, Action<SoapWriter>? arguments, bool isLook, TimeSpan waits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var session = await SessionAsync(cancellationToken);
        var answer = await SendAsync(method, target, arguments, session, isLook, cancellationToken, waits);
        if (IsUnknownSession(answer))
        {
            session = await _sessions.GetAsync(session, cancellationToken);
            answer = await SendAsync(method, target, arguments, session, isLook, cancellationToken, waits);
        }

        return Read(answer);
    }

    private async Task<HttpAnswer> SendAsync(
        string method, MoRef target, Action<SoapWriter>? arguments, VsphereSession? session, bool isLook,
        CancellationToken cancellationToken, TimeSpan waits = default)
    {
        using var request = Request(method, target, arguments, session);
        return await _caller.CallAsync(request, $"vsphere {method}", cancellationToken, Timeout + waits, isLook);
    }

    private HttpRequestMessage Request(string method, MoRef target, Action<SoapWriter>? arguments, VsphereSession? session)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = new ByteArrayContent(SoapWriter.Write(method, target, arguments))
            {
                Headers = { ContentType = new MediaTypeHeaderValue(XmlType, "utf-8") },
            },
        };
        request.Headers.TryAddWithoutValidation("SOAPAction", Action);
        request.Headers.TryAddWithoutValidation("User-Agent", "muster");
        if (session is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", session.Cookie);
        }

        return request;
    }

    private async Task<VsphereSession> LogInAsync(string password, CancellationToken cancellationToken)
    {
        var content = await ContentAsync(cancellationToken);
        if (!content.IsVCenter)
        {
            throw new CloudException(
                CloudErrorKind.Unavailable,
                $"vsphere: {_options.Url.Host} is {ForeignText.Shown(content.FullName)}, a single host, which cannot clone: "
                + "name a vCenter in url");
        }

        using var request = Request(
            "Login",
            content.SessionManager,
            writer =>
            {
                writer.Text("userName", _options.User);
                writer.Text("password", password);
            },
            session: null);
        var answer = await _caller.CallAsync(request, "vsphere Login", cancellationToken, isLook: true);
        var made = Read(answer)["returnval"];
        return request.Options.TryGetValue(SessionCookieHandler.Cookie, out var cookie) && made?.TextOf("key") is { } key
            ? new(cookie, key, made.TextOf("userName") ?? _options.User)
            : throw new CloudException(CloudErrorKind.Unavailable, $"{answer.Call} was answered without a session");
    }

    /// <summary>The answer to a call.</summary>
    /// <exception cref="CloudException">It is a refusal, or no answer of vCenter's.</exception>
    private SoapNode Read(HttpAnswer answer)
    {
        SoapNode message;
        try
        {
            message = SoapNode.Parse(answer.Body);
        }
        catch (XmlException error)
        {
            throw NotVCenter(answer, error);
        }

        return SoapFault.Read(message) is { } fault ? throw Translate(answer.Call, fault, answer.Doubt)
            : answer.IsGood && message["Body"] is { Children: [var response, ..] } ? response
            : throw NotVCenter(answer, null);
    }

    // Whatever answers there knows nothing of instances: it must not read as one that is not found.
    private CloudException NotVCenter(HttpAnswer answer, XmlException? error)
    {
        var kind = answer.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => CloudErrorKind.Unauthorized,
            HttpStatusCode.TooManyRequests => CloudErrorKind.Throttled,
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.InternalServerError => CloudErrorKind.Unavailable,
            _ => answer.Doubt,
        };
        return answer.IsGood || answer.Status is HttpStatusCode.NotFound
            ? new(
                kind,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{answer.Call}: status {(int)answer.Status}, and no message of vCenter's: is {_options.Url} the address of its SDK?"),
                answer.RetryAfter,
                error)
            : answer.Failure(kind, message: null);
    }

    private static (ImmutableArray<ManagedObject> Objects, string? Next) ReadPage(SoapNode response)
    {
        // Nothing at all is an empty page.
        var page = response["returnval"];
        var objects = page?.All("objects").Select(ManagedObject.Read).ToArray() ?? [];
        return objects.Contains(null)
            ? throw new CloudException(
                CloudErrorKind.Unavailable, "vsphere RetrievePropertiesEx was answered with an object without a name")
            : ([.. objects.OfType<ManagedObject>()], page?.TextOf("token"));
    }

    // Some servers answer a look without a session, and tell of each property that they do not tell it.
    private static bool IsUnknownSession(HttpAnswer answer)
    {
        if (answer.IsGood && answer.Body.AsSpan().IndexOf("NotAuthenticated"u8) < 0)
        {
            return false;
        }

        try
        {
            var message = SoapNode.Parse(answer.Body);
            return SoapFault.Read(message) is { } fault
                ? fault.Type is "NotAuthenticated"
                : answer.IsGood && message["Body"] is { Children: [var response, ..] }
                    && response["returnval"]?.All("objects").Select(ManagedObject.Read)
                        .Any(one => one?.Missing.Any(missing => missing.Fault.Type is "NotAuthenticated") is true) is true;
        }
        catch (XmlException)
        {
            // Not vCenter's: whoever reads the answer says so.
            return false;
        }
    }

    private string Why(Exception error)
    {
        var why = ConnectionFailure.Describe(error, _options.Url);
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is CertificateRefusedException && _options.Thumbprint.IsEmpty)
            {
                return $"{why}: {VsphereTrust.Advice.Replace("VCENTER", _options.Url.Host, StringComparison.Ordinal)}";
            }
        }

        return why;
    }
}
