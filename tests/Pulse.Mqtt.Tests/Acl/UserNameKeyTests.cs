namespace Pulse.Mqtt.Tests.Acl;

public sealed class UserNameKeyTests
{
    [Fact]
    public void A_key_is_its_bytes()
    {
        var (key, same, other) = (new UserNameKey("bob"u8.ToArray()), new UserNameKey("bob"u8.ToArray()), new UserNameKey("bo"u8.ToArray()));

        Assert.True(key.Equals(same) && key.Equals((object)same));
        Assert.False(key.Equals(other) || key.Equals((object)other) || key.Equals((object)"bob"));
        Assert.Equal(key.GetHashCode(), same.GetHashCode());
    }

    [Fact]
    public void Names_are_found_by_their_bytes_whether_they_are_copied_or_not()
    {
        var names = new Dictionary<byte[], int>(ByteArrayComparer.Instance) { ["bob"u8.ToArray()] = 1, ["al"u8.ToArray()] = 2 };

        Assert.Equal(1, names["bob"u8.ToArray()]);
        Assert.Equal(2, names.GetAlternateLookup<ReadOnlySpan<byte>>()["al"u8]);
        Assert.False(names.ContainsKey("Bob"u8.ToArray()));
        Assert.True(names.GetAlternateLookup<ReadOnlySpan<byte>>().TryAdd("new"u8, 3));
        Assert.Equal(3, names["new"u8.ToArray()]);
    }
}
