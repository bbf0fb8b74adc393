namespace Pulse.Mqtt.Tests.Identity;

public sealed class DeviceKeyTests
{
    [Theory]
    [InlineData("t", "d")]
    [InlineData("a-b", "A.b_c-9")]
    public void A_well_formed_pair_is_a_key(string tenant, string device)
    {
        Assert.True(DeviceKey.TryCreate(tenant, device, out var key));
        Assert.Equal((tenant, device, $"{tenant}:{device}", $"{tenant}:{device}"), (key.TenantId, key.DeviceId, key.MqttName, key.ToString()));
    }

    [Theory]
    [InlineData(null, "d")]
    [InlineData("t", null)]
    [InlineData("T", "d")]
    [InlineData("t", "d/e")]
    [InlineData("t", "a..b")]
    [InlineData("", "d")]
    [InlineData("t", "")]
    [InlineData("t:x", "d")]
    public void Anything_else_is_not(string? tenant, string? device)
    {
        Assert.False(DeviceKey.TryCreate(tenant, device, out var key));
        Assert.Throws<InvalidOperationException>(() => key.TenantId);
        Assert.Throws<InvalidOperationException>(() => key.DeviceId);
        Assert.Throws<InvalidOperationException>(() => key.MqttName);
        Assert.Empty(key.ToString());
    }

    [Fact]
    public void A_name_of_64_bytes_stays_and_a_longer_one_becomes_a_hash()
    {
        var tenant = new string('t', 31);

        Assert.Equal($"{tenant}:{new string('d', 32)}", TestDevices.Key(tenant, new string('d', 32)).MqttName);

        // The SHA-256 in base32, computed elsewhere.
        Assert.Equal(54, TestDevices.Key(tenant, new string('d', 33)).MqttName.Length);
        Assert.Equal("H:S4565WYYIN5NKLXF6M25LKV5Y37VKJW7AY67FFLQPKKAVHX57VMA", TestDevices.Key(tenant, new string('d', 33)).MqttName);
    }

    [Fact]
    public void Keys_are_equal_by_both_parts()
    {
        Assert.Equal(TestDevices.Key("t", "d"), TestDevices.Key("t", "d"));
        Assert.Equal(TestDevices.Key("t", "d").GetHashCode(), TestDevices.Key("t", "d").GetHashCode());
        Assert.NotEqual(TestDevices.Key("t", "d"), TestDevices.Key("t", "D"));
        Assert.NotEqual(TestDevices.Key("t", "d"), TestDevices.Key("u", "d"));
    }

    [Fact]
    public void A_verdict_without_an_identity_cannot_be_trusted()
    {
        Assert.False(default(DeviceTrustVerdict).IsTrusted);
        Assert.Throws<InvalidOperationException>(() => DeviceTrustVerdict.Trusted(default));
        Assert.Equal("why", DeviceTrustVerdict.Refused("why").Refusal);
        Assert.False(DeviceTrustVerdict.Refused("why").IsTrusted);
    }
}
