// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

interface IPool {
    function token0() external view returns (address);
    function token1() external view returns (address);
    function mint(address to, int24 lower, int24 upper, uint128 liquidity, bytes calldata data)
        external
        returns (uint256, uint256);
    function swap(address to, bool zeroForOne, int256 amount, uint160 priceLimit, bytes calldata data)
        external
        returns (int256, int256);
}

/** The least that stands between a user and pools of Uniswap V3: pays them what they ask for in their callbacks.
 *  For a test bench: it believes that whoever calls back is the pool that it names. */
contract Swapper {
    uint160 private constant LOWEST_PRICE = 4295128740;
    uint160 private constant HIGHEST_PRICE = 1461446703485210103287273052203988822378723970341;

    function swap(IPool pool, bool zeroForOne, int256 amount) external {
        uint160 limit = zeroForOne ? LOWEST_PRICE : HIGHEST_PRICE;
        pool.swap(msg.sender, zeroForOne, amount, limit, abi.encode(pool, msg.sender));
    }

    function provide(IPool pool, int24 lower, int24 upper, uint128 liquidity) external {
        pool.mint(msg.sender, lower, upper, liquidity, abi.encode(pool, msg.sender));
    }

    function uniswapV3SwapCallback(int256 amount0, int256 amount1, bytes calldata data) external {
        pay(amount0 > 0 ? uint256(amount0) : 0, amount1 > 0 ? uint256(amount1) : 0, data);
    }

    function uniswapV3MintCallback(uint256 amount0, uint256 amount1, bytes calldata data) external {
        pay(amount0, amount1, data);
    }

    function pay(uint256 amount0, uint256 amount1, bytes calldata data) private {
        (IPool pool, address payer) = abi.decode(data, (IPool, address));
        require(msg.sender == address(pool));
        if (amount0 > 0) IERC20(pool.token0()).transferFrom(payer, msg.sender, amount0);
        if (amount1 > 0) IERC20(pool.token1()).transferFrom(payer, msg.sender, amount1);
    }
}
