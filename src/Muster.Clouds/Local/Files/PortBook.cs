using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Muster.Clouds.Local.Native;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Local.Files;

/// <summary>Promises each instance a TCP port of its own, over every Muster process that shares the data directory.</summary>
/// <remarks>A promise is a file that only one process can create; it holds until the instance is taken off the listing.</remarks>
internal sealed class PortBook(LocalFiles files, int first, int last, IRandomSource random)
{
    /// <summary>Promises a free port to the launch.</summary>
    /// <exception cref="CloudException">No port is left.</exception>
    public int Reserve(LaunchId launch)
    {
        var count = last - first + 1;
        var start = (int)(random.NextUnit() * count);
        for (var i = 0; i < count; i++)
        {
            var port = first + (start + i) % count;
            if (!TryPromise(port, launch))
            {
                continue;
            }

            if (IsFree(port))
            {
                return port;
            }

            Release(port, launch);
        }

        throw new CloudException(CloudErrorKind.QuotaExceeded,
            string.Create(CultureInfo.InvariantCulture, $"no TCP port from {first} to {last} is free for another instance"));
    }

    /// <summary>Takes a promise back, unless it is somebody else's by now.</summary>
    public void Release(int port, LaunchId launch)
    {
        if (File.Exists(PathOf(port)) && File.ReadAllText(PathOf(port)) == launch.ToString())
        {
            File.Delete(PathOf(port));
        }
    }

    /// <summary>Takes back what was promised to launches of which nothing is left: their Muster process died in between.</summary>
    public void ReleaseWhere(Func<LaunchId, bool> isGone)
    {
        foreach (var path in Directory.EnumerateFiles(files.Ports))
        {
            try
            {
                // An unreadable one is being written this moment.
                if (Guid.TryParse(File.ReadAllText(path), out var launch) && isGone(new LaunchId(launch)))
                {
                    File.Delete(path);
                }
            }
            catch (FileNotFoundException)
            {
                // Taken back since its name was read, which is no reason to leave the others.
            }
        }
    }

    private bool TryPromise(int port, LaunchId launch)
    {
        try
        {
            // Unbuffered: a promise that the full disk does not take is refused here, and not while closing.
            using var stream = new FileStream(PathOf(port), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.Write(Encoding.ASCII.GetBytes(launch.ToString()));
            return true;
        }
        catch (IOException error) when (error.HResult == LibC.ErrorExists)
        {
            return false;
        }
        catch (IOException)
        {
            File.Delete(PathOf(port));
            throw;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return false;
        }
    }

    private string PathOf(int port) => Path.Combine(files.Ports, port.ToString(CultureInfo.InvariantCulture));
}
