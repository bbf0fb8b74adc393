namespace Pulse.Mqtt;

/// <summary>The bytes of a user name with their hash, computed once: a check looks a user up without reading the name through.</summary>
internal readonly struct UserNameKey(byte[] bytes) : IEquatable<UserNameKey>
{
    private readonly byte[] _bytes = bytes;
    private readonly int _hash = ByteArrayComparer.Instance.GetHashCode(bytes);

    public bool Equals(UserNameKey other) => _bytes.AsSpan().SequenceEqual(other._bytes);

    public override bool Equals(object? obj) => obj is UserNameKey other && Equals(other);

    public override int GetHashCode() => _hash;
}
