// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

contract Coin is ERC20 {
    constructor() ERC20("Heddle Coin", "HC") {}

    function mint(address[] calldata holders, uint256 amount) external {
        for (uint256 i = 0; i < holders.length; i++) _mint(holders[i], amount);
    }
}
