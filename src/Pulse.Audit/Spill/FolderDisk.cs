using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Pulse.Audit;

/// <summary>A folder of this machine: mode 0700, files 0600, one process at a time.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FolderDisk : ISpillDisk
{
    private const string LockFile = "lock";

    // Beside the lock: a file that is locked cannot be opened to be read, not even by whoever locked it.
    private const string OwnerFile = "owner";
    private const string Unfinished = Spill.UnfinishedSuffix;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = Private | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly byte[] _mark = RandomNumberGenerator.GetBytes(16);
    private FileStream _lock;

    /// <exception cref="IOException">Another process has the folder, or it is open to others, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write there.</exception>
    public FolderDisk(string folder)
    {
        _folder = Path.GetFullPath(folder);
        _lock = Enter();
    }

    public IReadOnlyList<string> List() => [.. Directory.EnumerateFiles(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    public ISpillFile Create(string name, ReadOnlySpan<byte> start)
    {
        var file = Open(name + Unfinished, FileMode.CreateNew);
        try
        {
            file.Append(start);
            file.Synchronize();
            Rename(name + Unfinished, name);
            return file;
        }
        catch
        {
            file.Dispose();
            File.Delete(PathOf(name + Unfinished));
            throw;
        }
    }

    public void Reserve(string name, long bytes)
    {
        // Written, not merely announced: some file systems take space for what is announced only when it is used.
        using (var file = Create(name, new byte[SpillHeader.Bytes]))
        {
            var zeros = new byte[64 << 10];
            try
            {
                while (file.Length < bytes)
                {
                    file.Append(zeros.AsSpan(0, (int)Math.Min(zeros.Length, bytes - file.Length)));
                }

                file.Synchronize();
                return;
            }
            catch (IOException)
            {
                Delete(name);
                throw;
            }
        }
    }

    public ISpillFile Adopt(string reserved, string name, ReadOnlySpan<byte> start)
    {
        Rename(reserved, name);
        var file = Open(name, FileMode.Open);
        file.Append(start);
        return file;
    }

    public void Rename(string from, string to)
    {
        File.Move(PathOf(from), PathOf(to));
        FolderSync.Synchronize(_folder);
    }

    public void Delete(string name)
    {
        File.Delete(PathOf(name));

        // A segment that comes back after a loss of power would be stored once more.
        FolderSync.Synchronize(_folder);
    }

    public bool IsIntact(string? name)
    {
        try
        {
            // The content, not the name alone: a folder that took the place of ours may have an owner of its own.
            return File.ReadAllBytes(PathOf(OwnerFile)).AsSpan().SequenceEqual(_mark) && (name is null || File.Exists(PathOf(name)));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public void Restore()
    {
        _lock.Dispose();
        _lock = Enter();
    }

    public void Dispose() => _lock.Dispose();

    private FileStream Enter()
    {
        Directory.CreateDirectory(_folder, PrivateFolder);
        if ((File.GetUnixFileMode(_folder) & ~PrivateFolder) != 0)
        {
            throw new IOException($"The folder {_folder} is open to other users: give it to this process alone (chmod 0700).");
        }

        FileStream held;
        try
        {
            held = new FileStream(PathOf(LockFile), Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException taken)
        {
            throw new IOException($"The folder {_folder} is in use by another process: give each process a folder of its own.", taken);
        }

        using (var owner = Open(OwnerFile, FileMode.Create))
        {
            owner.Append(_mark);
            owner.Synchronize();
        }

        FolderSync.Synchronize(_folder);
        return held;
    }

    private DiskFile Open(string name, FileMode mode) => new(PathOf(name), Options(mode, FileShare.Read));

    private static FileStreamOptions Options(FileMode mode, FileShare share) => new()
    {
        Mode = mode,
        Access = FileAccess.ReadWrite,
        Share = share,
        UnixCreateMode = mode == FileMode.Open ? null : Private,

        // Unbuffered: what was appended is the system's at once, and a process that is killed takes nothing with it.
        BufferSize = 0,
    };

    private string PathOf(string name) => Path.Combine(_folder, name);

    private sealed class DiskFile(string path, FileStreamOptions options) : ISpillFile
    {
        private readonly FileStream _stream = new(path, options);

        public long Length => _stream.Position;

        public void Append(ReadOnlySpan<byte> bytes) => _stream.Write(bytes);

        public void Synchronize() => _stream.Flush(flushToDisk: true);

        public void Truncate(long length)
        {
            _stream.SetLength(length);
            _stream.Position = length;
        }

        public void Dispose() => _stream.Dispose();
    }
}
