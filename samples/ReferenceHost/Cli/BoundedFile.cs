namespace Pulse.ReferenceHost.Cli;

/// <summary>A file named on the command line, read up to a limit.</summary>
internal static class BoundedFile
{
    /// <exception cref="UsageException">It cannot be read or is too large.</exception>
    public static async Task<byte[]> ReadAsync(string file, int limit, CancellationToken stop)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int length;
            while ((length = await stream.ReadAsync(buffer, stop)) > 0)
            {
                bytes.Write(buffer, 0, length);
                if (bytes.Length > limit)
                {
                    throw new UsageException($"{file} is larger than {limit} bytes.");
                }
            }

            return bytes.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException($"{file} cannot be read: {exception.Message}");
        }
    }
}
