using System.Runtime.Versioning;

using Muster.Clouds.Local.Native;

namespace Muster.Clouds.Local.Files;

/// <summary>Whether a directory for another user's instances is the server's alone to fill, and one that the user gets to.</summary>
/// <remarks>
/// Root makes, gives away and removes things there by name. Whoever owns or may write one directory on the way could put another in its
/// place, or a link, and have root do that elsewhere.
/// </remarks>
[SupportedOSPlatform("linux")]
internal static class HomeDoors
{
    private const int LinksMax = 40;

    /// <summary>What is wrong, in words that follow on "a directory"; null when nothing is.</summary>
    /// <param name="homes">The directory, absolute. What of it is not there yet is not looked at.</param>
    /// <param name="user">Who must get to it.</param>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    public static string? Flaw(string homes, string user)
    {
        var links = 0;
        return Flaw(homes, user, isOnTheWay: false, ref links);
    }

    private static string? Flaw(string path, string user, bool isOnTheWay, ref int links)
    {
        if (Path.GetDirectoryName(path) is { } above && Flaw(above, user, isOnTheWay: true, ref links) is { } flaw)
        {
            return flaw;
        }

        if (LinuxCalls.OwnerOf(path) is not { } owner)
        {
            return null;
        }

        if (owner.User != 0)
        {
            return $"that nobody but root can put another in the place of: {path} is user {owner.User}'s";
        }

        if (new FileInfo(path).LinkTarget is { } target)
        {
            return ++links > LinksMax
                ? $"without links in a circle: {path}"
                : Flaw(Path.GetFullPath(target, Path.GetDirectoryName(path) ?? "/"), user, isOnTheWay, ref links);
        }

        if (!isOnTheWay)
        {
            // Whoever makes it theirs sets its permissions.
            return null;
        }

        // With the sticky bit, as /tmp has it, others take nothing away that is root's.
        if (!owner.Mode.HasFlag(UnixFileMode.StickyBit)
            && (owner.Mode.HasFlag(UnixFileMode.OtherWrite) || (owner.Group != 0 && owner.Mode.HasFlag(UnixFileMode.GroupWrite))))
        {
            return $"that nobody but root can put another in the place of: {path} may be written by others, chmod go-w {path}";
        }

        return owner.Mode.HasFlag(UnixFileMode.OtherExecute)
            ? null
            : $"that {user} can reach: {path} may not be passed through by others, chmod o+x {path}";
    }
}
