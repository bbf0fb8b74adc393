namespace Pulse.Audit.Tests;

/// <summary>A folder in memory that knows what a disk would still have after the power went, and that fails on demand.</summary>
internal sealed class FakeDisk : ISpillDisk
{
    private readonly Dictionary<string, FakeFile> _files = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, FakeFile> Files => _files;

    /// <summary>Asked before every operation with its name: create, append, synchronize, truncate, read, rename, delete, reserve, adopt, restore.</summary>
    public Func<string, bool> Fails { get; set; } = _ => false;

    public int Synchronizations { get; set; }

    public bool IsOpen { get; private set; }

    /// <summary>The folder was deleted under its owner.</summary>
    public bool IsGone { get; set; }

    public IEnumerable<string> Segments => _files.Keys.Where(name => name.EndsWith(".spill", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public FakeDisk Open()
    {
        Assert.False(IsOpen);
        IsOpen = true;
        return this;
    }

    /// <summary>What another process finds after this one was killed, or, without what was never synchronised, after the power went.</summary>
    public FakeDisk Crash(bool powerLoss)
    {
        var after = new FakeDisk();
        foreach (var (name, file) in _files)
        {
            after._files.Add(name, new FakeFile(after) { Content = [.. powerLoss ? file.Content.Take(file.Synchronized) : file.Content] });
        }

        return after;
    }

    public void Put(string name, byte[] content) => _files[name] = new FakeFile(this) { Content = [.. content] };

    public IReadOnlyList<string> List() => [.. _files.Keys.Order(StringComparer.Ordinal)];

    public byte[] Read(string name)
    {
        Check("read");
        return _files.TryGetValue(name, out var file) ? [.. file.Content] : throw new FileNotFoundException(name);
    }

    public ISpillFile Create(string name, ReadOnlySpan<byte> start)
    {
        Check("create");
        var file = new FakeFile(this) { Content = [.. start], Length = start.Length, Synchronized = start.Length };
        _files.Add(name, file);
        return file;
    }

    public void Reserve(string name, long bytes)
    {
        Check("reserve");
        _files[name] = new FakeFile(this) { Content = [.. new byte[bytes]], Synchronized = (int)bytes, IsReserved = true };
    }

    public ISpillFile Adopt(string reserved, string name, ReadOnlySpan<byte> start)
    {
        Check("adopt");
        Rename(reserved, name);
        var file = _files[name];
        file.Write(start);
        return file;
    }

    public void Rename(string from, string to)
    {
        Check("rename");
        _files.Remove(from, out var file);
        _files.Add(to, file!);
    }

    public void Delete(string name)
    {
        Check("delete");
        _files.Remove(name);
    }

    public bool IsIntact(string? name) => !IsGone && (name is null || _files.ContainsKey(name));

    public void Restore()
    {
        Check("restore");
        _files.Clear();
        IsGone = false;
    }

    public void Dispose() => IsOpen = false;

    private void Check(string operation)
    {
        if (Fails(operation))
        {
            throw new IOException($"{operation} fails");
        }
    }

    internal sealed class FakeFile(FakeDisk disk) : ISpillFile
    {
        public List<byte> Content { get; init; } = [];

        public int Synchronized { get; set; }

        public bool IsReserved { get; init; }

        public long Length { get; set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (!IsReserved)
            {
                disk.Check("append");
            }

            Write(bytes);
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            var at = (int)Length;
            var over = Math.Min(Content.Count - at, bytes.Length);
            for (var index = 0; index < over; index++)
            {
                Content[at + index] = bytes[index];
            }

            Content.AddRange(bytes[over..]);
            Length += bytes.Length;
        }

        public void Synchronize()
        {
            disk.Check("synchronize");
            disk.Synchronizations++;
            Synchronized = Content.Count;
        }

        public void Truncate(long length)
        {
            disk.Check("truncate");
            Content.RemoveRange((int)length, Content.Count - (int)length);
            Length = length;
        }

        public void Dispose()
        {
        }
    }
}
