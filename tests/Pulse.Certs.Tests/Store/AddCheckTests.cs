namespace Pulse.Certs.Tests;

public class AddCheckTests
{
    [Theory]
    [InlineData(false, false, false, AddOutcome.Added)]
    [InlineData(true, false, false, AddOutcome.SerialTaken)]
    [InlineData(false, true, false, AddOutcome.KeyOfOtherDevice)]
    [InlineData(false, false, true, AddOutcome.KeyCompromised)]
    [InlineData(true, true, true, AddOutcome.SerialTaken)]
    [InlineData(false, true, true, AddOutcome.KeyOfOtherDevice)]
    public void Draws_another_serial_first_then_refuses_the_key_of_others_then_a_compromised_one(
        bool serialTaken, bool keyOfOther, bool keyCompromised, AddOutcome expected) =>
        Assert.Equal(expected, new AddCheck(serialTaken, keyOfOther, keyCompromised).Outcome);
}
