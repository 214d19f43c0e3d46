using Muster.Api.Tokens;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;

namespace Muster.Cli.Commands.Tokens;

/// <summary>The file that a new token goes to.</summary>
internal static class TokenFile
{
    /// <summary>Creates a token and writes it to a new file.</summary>
    /// <remarks>
    /// The file is made first: a token that cannot be written down would be lost, and stay valid. Once the token exists, the file stays,
    /// whatever goes wrong afterwards.
    /// </remarks>
    /// <exception cref="CliException">The file exists, or cannot be written.</exception>
    public static async Task<TokenCreated> KeepAsync(FileInfo file, Func<Task<TokenCreated>> create)
    {
        // Without a buffer: on a full disk, closing the file would fail a second time and hide the words about the first failure.
        await using var stream = OwnersFile.Create(file, bufferSize: 0);
        TokenCreated created;
        try
        {
            created = await create();
        }
        catch
        {
            file.Delete();
            throw;
        }

        await WriteAsync(stream, file, created);
        return created;
    }

    /// <summary>Writes a token that exists, and makes sure that it is on the disk.</summary>
    /// <exception cref="CliException">It cannot be written: the message says how to revoke it.</exception>
    public static async Task WriteAsync(FileStream stream, FileInfo file, TokenCreated created)
    {
        try
        {
            await using var writer = new StreamWriter(stream, leaveOpen: true);
            await writer.WriteLineAsync(created.Token);
            await writer.FlushAsync();
            stream.Flush(flushToDisk: true);
        }
        catch (IOException error)
        {
            var name = created.Details.Name;
            throw new CliException(
                ExitCode.Error,
                $"token '{name}' was created, but --output {file} cannot be written ({error.Message}): "
                + $"revoke it with 'muster token revoke {name}'",
                error);
        }
    }
}
