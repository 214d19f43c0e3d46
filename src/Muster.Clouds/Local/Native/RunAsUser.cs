using System.Globalization;
using System.Text;

using Muster.Clouds.Kit.Programs;

namespace Muster.Clouds.Local.Native;

/// <summary>Another user, whom instances run as, and the program that makes a process be that user.</summary>
/// <param name="Name">As in the machine's list of users.</param>
/// <param name="User">Its number.</param>
/// <param name="Group">The number of its own group; it keeps no other.</param>
/// <param name="Setpriv">Where setpriv of util-linux is.</param>
internal sealed record RunAsUser(string Name, uint User, uint Group, string Setpriv)
{
    private static readonly string[] Places = ["/usr/bin", "/bin", "/usr/local/bin"];

    /// <summary>Finds the user.</summary>
    /// <returns>The user, or what is allowed.</returns>
    public static (RunAsUser? Found, string? Allowed) Find(string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            return (null, "not set: only Linux has setpriv");
        }

        if (LibC.EffectiveUser != 0)
        {
            return (null, "not set, unless the server runs as root: nobody else may start processes as another user");
        }

        if (LibC.FindUser(name) is not { } user)
        {
            return (null, "a user of this machine (useradd --system --no-create-home --shell /usr/sbin/nologin NAME makes one)");
        }

        if (user.User == 0)
        {
            return (null, "a user other than root, which is the server's own");
        }

        return Places.Select(place => Path.Combine(place, "setpriv")).FirstOrDefault(ExecutableFinder.IsProgram) is { } setpriv
            ? (new RunAsUser(name, user.User, user.Group, setpriv), null)
            : (null, "not set, unless setpriv of util-linux is there: it is in none of " + string.Join(", ", Places));
    }

    /// <summary>
    /// The words to put before a command: it runs as that user, in its own group alone, without any capability and without a way to get one
    /// by a program that has the set-user-id bit.
    /// </summary>
    public IEnumerable<string> Prefix =>
    [
        Setpriv,
        string.Create(CultureInfo.InvariantCulture, $"--reuid={User}"),
        string.Create(CultureInfo.InvariantCulture, $"--regid={Group}"),
        "--clear-groups", "--inh-caps=-all", "--no-new-privs",
    ];
}
