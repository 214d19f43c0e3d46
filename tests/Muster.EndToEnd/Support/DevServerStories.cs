namespace Muster.EndToEnd.Support;

/// <summary>What most stories begin with.</summary>
internal static class DevServerStories
{
    /// <summary>A template of the tiny web server and a group of it at its level.</summary>
    public static async Task WithGroupAsync(this DevServer server, string name, int count)
    {
        (await server.MusterAsync("template", "create", $"{name}-1", "--cloud", "local", "--image", "muster hello")).Good();
        (await server.MusterAsync("group", "create", name, "--template", $"{name}-1", "--capacity", $"{count}")).Good();
        await server.UntilHealthyAsync(name, count);
    }
}
