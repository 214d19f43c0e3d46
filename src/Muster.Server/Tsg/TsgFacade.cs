using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Clouds;
using Muster.Core.Storage;
using Muster.Server.Authentication;
using Muster.Server.Groups;

namespace Muster.Server.Tsg;

/// <summary>Puts the facade together, before everything that belongs to <c>/v1</c>: it has its own errors, callers and routes.</summary>
internal static class TsgFacade
{
    public static void UseTsg(
        this IApplicationBuilder app, ServerOptions options, ICallers callers, IStore store, GroupEditor editor, ICloudDirectory clouds,
        ActivityFeed feed, TimeProvider timeProvider, IRandomSource random)
    {
        if (options.Tsg.Cloud is not { } cloud)
        {
            return;
        }

        var finder = new TsgFinder(store, cloud);
        var clock = new TsgClock(timeProvider);
        var stopping = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var server = new TsgServer(
            callers,
            new TsgTemplates(store, finder, cloud, clock, random),
            new TsgGroups(store, finder, new(store, feed, timeProvider, stopping), editor, options, clock, random),
            new TsgInstances(store, finder, clouds, timeProvider));
        app.MapWhen(IsOfFacade, facade =>
        {
            facade.UseMiddleware<TsgErrors>();
            if (IsOpenToAll(options))
            {
                facade.UseMiddleware<ForeignSiteGate>();
            }

            facade.Run(server.AnswerAsync);
        });
    }

    /// <summary>Whether nobody is asked who they are.</summary>
    public static bool IsOpenToAll(ServerOptions options) =>
        options.Tsg.SkipsAuthentication || options.Authentication is AuthenticationMode.LoopbackWithoutAuthentication;

    private static bool IsOfFacade(HttpContext http) =>
        http.Request.Path.StartsWithSegments(TsgServer.Root, StringComparison.Ordinal);
}
