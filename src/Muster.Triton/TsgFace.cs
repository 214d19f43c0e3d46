using System.Collections.Immutable;
using System.Net;

using Muster.Core;
using Muster.Server.Authentication;
using Muster.Server.Faces;
using Muster.Server.Options;
using Muster.Triton.Authentication;
using Muster.Triton.Errors;
using Muster.Triton.Facade;

namespace Muster.Triton;

/// <summary>
/// The face for clients of the original Triton Service Groups: <c>/v1/tsg</c>, with errors, callers and routes of its own.
/// </summary>
/// <param name="options">How it runs.</param>
/// <param name="signedCallers">What callers need who sign with their own SSH key; null where they come with tokens only.</param>
public sealed class TsgFace(TsgOptions options, SignedCallerParts? signedCallers = null) : IFace
{
    /// <summary>How an account comes by the credential with which Muster speaks to its cloud.</summary>
    public const string CredentialRemedy = "a request to /v1/tsg that the account signs makes one";

    private const int VerdictMsMax = 300_000;

    /// <inheritdoc/>
    public void Check(ServerOptions server, ImmutableArray<InputError>.Builder errors)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(errors);
        if (options.SkipsAuthentication && !IPAddress.IsLoopback(server.Listen.Address))
        {
            errors.Add(new(
                "listen", server.Listen.ToString(), "a loopback address (127.0.0.1, ::1) as long as the dev mode of /v1/tsg is on"));
        }

        CheckTime("verdict_for_ms", options.VerdictFor, errors);
        CheckTime("refusal_for_ms", options.RefusalFor, errors);
    }

    /// <inheritdoc/>
    public void AddServices(IServiceCollection services, FaceParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (signedCallers is not null)
        {
            services.AddSingleton(provider => new KeyNews(
                parts.Store, parts.Clouds, parts.Pulse, parts.Time, provider.GetRequiredService<ILogger<KeyNews>>()));
            services.AddHostedService(provider => provider.GetRequiredService<KeyNews>());
        }
    }

    /// <inheritdoc/>
    public void Use(IApplicationBuilder app, FaceParts parts)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(parts);
        if (options.Cloud is not { } cloud)
        {
            return;
        }

        var isOpenToAll = options.SkipsAuthentication || parts.Options.Authentication is AuthenticationMode.LoopbackWithoutAuthentication;
        var callers = isOpenToAll ? parts.Anybody : CallersOf(app.ApplicationServices, parts);
        var lifetime = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>();
        var server = ServerOf(cloud, callers, parts, lifetime.ApplicationStopping);
        app.MapWhen(IsOfFacade, facade =>
        {
            facade.UseMiddleware<TsgErrors>();
            facade.Run(server.AnswerAsync);
        });
    }

    private static void CheckTime(string field, TimeSpan time, ImmutableArray<InputError>.Builder errors)
    {
        if (time.TotalMilliseconds is not (>= 0 and <= VerdictMsMax))
        {
            errors.Add(new(
                field, FormattableString.Invariant($"{time.TotalMilliseconds}"), FormattableString.Invariant($"0 to {VerdictMsMax}")));
        }
    }

    private static TsgServer ServerOf(string cloud, ICallers callers, FaceParts parts, CancellationToken stopping)
    {
        var finder = new TsgFinder(parts.Store, cloud);
        var clock = new TsgClock(parts.Time);
        return new(
            callers,
            new TsgTemplates(parts.Store, finder, cloud, clock, parts.Random),
            new TsgGroups(
                parts.Store, finder, new(parts.Store, parts.Feed, parts.Time, stopping), parts.Groups, parts.Options.CapacityLimit,
                parts.Prices, clock, parts.Random),
            new TsgInstances(parts.Store, finder, parts.Clouds, parts.Time));
    }

    private ICallers CallersOf(IServiceProvider services, FaceParts parts)
    {
        var bearers = new TsgCallers(parts.Callers);
        return signedCallers is null ? bearers : new FacadeCallers(SignedCallersOf(signedCallers, services, parts), bearers);
    }

    private SignedCallers SignedCallersOf(SignedCallerParts signed, IServiceProvider services, FaceParts parts) => new(
        signed.Authority,
        new(parts.Store, options.Whitelist, parts.Random, parts.Time, services.GetRequiredService<ILogger<AccountDoor>>()),
        new(
            signed, parts.Store, services.GetRequiredService<KeyNews>(), options.VerdictFor, parts.Random, parts.Time,
            services.GetRequiredService<ILogger<ServiceKeys>>()),
        new(options.VerdictFor, options.RefusalFor, parts.Time),
        parts.Store, parts.Random, parts.Time,
        services.GetRequiredService<ILogger<SignedCallers>>());

    private static bool IsOfFacade(HttpContext http) =>
        http.Request.Path.StartsWithSegments(TsgServer.Root, StringComparison.Ordinal);
}
