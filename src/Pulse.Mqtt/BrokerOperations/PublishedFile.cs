namespace Pulse.Mqtt;

/// <summary>A file that others read while it changes: they see the old one or the new one, whole, and after a power cut too.</summary>
internal static class PublishedFile
{
    /// <summary>The bytes in place; <see langword="null"/> when there is no file.</summary>
    public static async ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancellationToken) =>
        File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Replaces the file. A new one is readable by owner and group; an old one's mode is kept.</summary>
    public static async ValueTask ReplaceAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var partial = path + ".new";
        File.Delete(partial);
        var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await using (file.ConfigureAwait(false))
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    file.SafeFileHandle, File.Exists(path) ? File.GetUnixFileMode(path) : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            }

            await file.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await file.FlushAsync(cancellationToken).ConfigureAwait(false);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }

        File.Move(partial, path, overwrite: true);
        if (OperatingSystem.IsLinux())
        {
            LinuxCalls.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }
}
